using Bff.Oidc;
using Bff.Tests.Hosting;

namespace Bff.Tests.Oidc;

/// <summary>The provider's text in a log line: one short line, in which nothing is that was sent in confidence.</summary>
[Row("LOG-04", "CB-18")]
public sealed class ProviderTextTests
{
    [Theory]
    [InlineData("PreSignUp failed with error Ä日本😀.", "PreSignUp failed with error Ä日本😀.")]
    [InlineData("a\r\nb\tc\0d\u001b[31me\u007ff", "a??b?c?d?[31me?f")]
    [InlineData("a\u0080b\u0085c\u009fd", "a?b?c?d")]
    [InlineData("a\u2028b\u2029c", "a?b?c")]
    [InlineData("a\u202eb\u2066c\u200fd\ufeffe\u061cf", "a?b?c?d?e?f")]
    [InlineData("a\udb40\udc41b\ud83d\ude00", "a?b\ud83d\ude00")]
    [InlineData("say \"no\"", "say 'no'")]
    [InlineData(null, ""), InlineData("", "")]
    public void What_begins_a_line_turns_the_writing_or_ends_a_quotation_is_replaced(string? text, string printed) =>
        Assert.Equal(printed, ProviderText.Printable(text));

    [Fact]
    public void Half_a_surrogate_pair_does_not_leave_the_line() =>
        Assert.Equal("a\ufffdb\ufffd", ProviderText.Printable(string.Concat("a", '\ud800', "b", '\udc00')));

    [Theory]
    [InlineData("x", 300), InlineData("x", 301), InlineData("x", 100_000), InlineData("😀", 301)]
    public void It_is_cut_to_300_characters_and_never_within_one(string character, int count) =>
        Assert.Equal(
            string.Concat(Enumerable.Repeat(character, Math.Min(count, 300))),
            ProviderText.Printable(string.Concat(Enumerable.Repeat(character, count))));

    [Theory]
    [InlineData("a secret", "the code a secret is spent", "the code *** is spent")]
    [InlineData("a+b/c=", "a%2Bb%2Fc%3D or a%2bb%2fc%3d or a+b/c=", "*** or *** or ***")]
    [InlineData("a b", "a+b, a%20b", "***, ***")]
    [InlineData("secret", "SECRET", "***")]
    [InlineData("", "nothing", "nothing")]
    [InlineData("x", "id token eyJhbGciOiJSUzI1NiJ9.eyJzdWIi.c2ln-_0, cut off: eyJjdHkiOi…", "id token ***, cut off: ***…")]
    public void What_was_sent_in_confidence_is_left_out_however_it_is_written(string secret, string text, string printed) =>
        Assert.Equal(printed, ProviderText.WithoutSecrets(text, secret, null));

    [Fact]
    public void A_secret_is_left_out_before_the_text_is_cut()
    {
        var secret = new string('s', 200);

        Assert.Equal(new string('x', 290) + "***", ProviderText.WithoutSecrets(new string('x', 290) + secret, secret, secret[..100]));
    }
}
