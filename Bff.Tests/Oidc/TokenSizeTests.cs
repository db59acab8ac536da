using Bff.Oidc;
using Bff.Tests.Hosting;

namespace Bff.Tests.Oidc;

/// <summary>How long an ID token may be, and what the operator reads about one that is longer.</summary>
[Row("IDT-20")]
public sealed class TokenSizeTests(SharedRedis redis)
{
    [Theory]
    [InlineData(64 * 1024, true), InlineData((64 * 1024) + 1, false), InlineData((64 * 1024) + 2, false)]
    public async Task A_token_of_up_to_64_KiB_is_accepted_and_the_refusal_names_the_limit(int length, bool accepted)
    {
        await using var party = await RelyingParty.StartAsync();
        var token = Enumerable.Range(0, 4).Select(spare => Sized(party.IdToken(), length, spare)).First(text => text.Length == length);

        var verdict = await party.JudgeAsync(token);

        Assert.Equal(accepted, verdict is Verdict<IdToken>.Accepted);
        if (verdict is Verdict<IdToken>.Refused invalid)
            Assert.StartsWith($"expected at most 64 KiB (65536 characters), got {length}: ", invalid.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(70_000), InlineData(200_000), InlineData(400_000)]
    public async Task A_larger_token_fails_the_sign_in_and_the_log_names_the_limit(int size)
    {
        await using var signIn = await TamperedSignIn.StartAsync(redis);
        signIn.Spoil = token => token.With("cognito:groups", new string('g', size));

        await signIn.AssertRefusedAsync("a large token");

        var line = Assert.Single(signIn.System.Logs.Lines, line => line.Contains("at most 64 KiB", StringComparison.Ordinal));
        Assert.Contains("fewer claims", line, StringComparison.Ordinal);
    }

    /// <summary>Base64 makes steps of four thirds: some lengths are reached by a header that is longer.</summary>
    private static string Sized(TestToken token, int length, int spare)
    {
        var missing = length - token.WithHeader("x", new string('x', spare)).With("padding", "").Compact().Length;
        var tokens = Enumerable.Range((missing * 3 / 4) - 3, 8).Select(size => token.With("padding", new string('x', size)).Compact());
        return tokens.FirstOrDefault(text => text.Length == length) ?? "";
    }
}
