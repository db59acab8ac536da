using System.Text;
using System.Text.Json.Nodes;
using Bff.Oidc;
using Bff.Tests.Hosting;

namespace Bff.Tests.Oidc;

/// <summary>Which answers of a token endpoint are one (RFC 6749 section 5.1).</summary>
[Row("TOK-05", "TOK-07", "TOK-08", "TOK-11")]
public sealed class TokenResponseTests
{
    private const string Cognitos =
        """{"id_token":"a.b.c","access_token":"d.e.f","refresh_token":"g.h.i.j.k","expires_in":3600,"token_type":"Bearer"}""";

    [Fact]
    public void Cognitos_answer_is_read()
    {
        var tokens = Read(Cognitos)!;

        Assert.Equal(("d.e.f", "a.b.c", "g.h.i.j.k", TimeSpan.FromHours(1), null),
            (tokens.AccessToken, tokens.IdToken, tokens.RefreshToken, tokens.ExpiresIn, tokens.Scope));
    }

    [Theory]
    [InlineData("id_token"), InlineData("refresh_token")]
    public void A_member_that_is_absent_null_or_empty_is_none(string name)
    {
        Assert.NotNull(Read(Without(name)));
        Assert.NotNull(Read(With(name, "null")));
        var tokens = Read(With(name, "\"\""))!;
        Assert.Null(name == "id_token" ? tokens.IdToken : tokens.RefreshToken);
    }

    [Fact]
    public void An_empty_scope_is_nothing_granted_and_an_absent_one_is_unsaid()
    {
        Assert.Equal("", Read(With("scope", "\"\""))!.Scope);
        Assert.Null(Read(With("scope", "null"))!.Scope);
        Assert.Null(Read(Without("scope"))!.Scope);
    }

    [Theory]
    [InlineData("id_token"), InlineData("access_token"), InlineData("refresh_token"), InlineData("token_type"), InlineData("scope")]
    public void A_member_of_the_wrong_type_spoils_the_answer(string name)
    {
        foreach (var value in new[] { "1", "true", "[]", "[\"x\"]", "{}" }) Assert.Null(Read(With(name, value)));
    }

    [Theory]
    [InlineData("access_token"), InlineData("token_type")]
    public void An_answer_without_a_required_member_is_none(string name)
    {
        Assert.Null(Read(Without(name)));
        Assert.Null(Read(With(name, "null")));
        Assert.Null(Read(With(name, "\"\"")));
    }

    [Theory]
    [InlineData("a\\rb"), InlineData("a\\nb"), InlineData("a\\r\\nX-Evil: 1"), InlineData("a b"), InlineData(" a"), InlineData("a ")]
    [InlineData("a\\u0000b")]
    [InlineData("a\\tb")]
    [InlineData("a\\u007fb"), InlineData("é"), InlineData("a\\u0080b"), InlineData("\\ud83d\\ude00"), InlineData("\\ud800")]
    [InlineData("a\\udc00b")]
    public void A_token_that_fits_into_no_header_spoils_the_answer(string token)
    {
        foreach (var name in new[] { "access_token", "id_token", "refresh_token" }) Assert.Null(Read(With(name, $"\"{token}\"")));
    }

    [Theory]
    [InlineData("\"Bearer\"", true), InlineData("\"bearer\"", true), InlineData("\"BEARER\"", true)]
    [InlineData("\"DPoP\"", false), InlineData("\"mac\"", false), InlineData("\"Bearer \"", false), InlineData("\"N_A\"", false)]
    public void Only_bearer_tokens_are_understood(string type, bool understood) =>
        Assert.Equal(understood, Read(With("token_type", type)) is not null);

    [Theory]
    [InlineData("1", 1), InlineData("3600", 3600), InlineData("\"3600\"", 3600), InlineData("315360000", 315360000)]
    [InlineData("null", 300)]
    public void A_lifetime_is_read_in_each_form_that_providers_use(string value, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Read(With("expires_in", value))!.ExpiresIn);

    [Fact]
    public void A_missing_lifetime_is_assumed_to_be_short() =>
        Assert.Equal(TokenResponse.AssumedLifetime, Read(Without("expires_in"))!.ExpiresIn);

    [Theory]
    [InlineData("0"), InlineData("-1"), InlineData("1e99"), InlineData("3600.5"), InlineData("315360001")]
    [InlineData("9223372036854775807")]
    [InlineData("99999999999999999999")]
    [InlineData("\"\""), InlineData("\"-1\""), InlineData("\"+1\""), InlineData("\" 1\""), InlineData("\"1e3\"")]
    [InlineData("\"0x10\""), InlineData("\"never\"")]
    [InlineData("true"), InlineData("[]"), InlineData("{}"), InlineData("\"\\ud800\"")]
    public void A_lifetime_that_is_none_spoils_the_answer(string value) => Assert.Null(Read(With("expires_in", value)));

    [Theory]
    [InlineData("""{"access_token":"a","access_token":"b","token_type":"Bearer"}""")]
    [InlineData("""{"access_token":"a","access_token":"a","token_type":"Bearer"}""")]
    [InlineData("""{"access_token":"a","\u0061ccess_token":"b","token_type":"Bearer"}""")]
    [InlineData("""{"access_token":"a","token_type":"Bearer","x":1,"x":2}""")]
    [InlineData("""{"access_token":"a","token_type":"Bearer","x":{"y":1,"y":2}}""")]
    public void A_member_that_comes_twice_spoils_the_answer(string body) => Assert.Null(Read(body));

    [Theory]
    [InlineData(""), InlineData(" "), InlineData("null"), InlineData("\"text\""), InlineData("1"), InlineData("[]")]
    [InlineData("<html></html>")]
    [InlineData("access_token=a&token_type=Bearer")]
    [InlineData("\ufeff" + Cognitos), InlineData(Cognitos + "x"), InlineData("""{"access_token":"a","token_type":"Bearer",""")]
    [InlineData("""{'access_token':'a','token_type':'Bearer'}""")]
    [InlineData("""{"\ud800":1,"access_token":"a","token_type":"Bearer"}""")]
    public void What_is_no_JSON_object_is_no_answer(string body) => Assert.Null(Read(body));

    [Fact]
    public void An_array_of_answers_is_none() => Assert.Null(Read($"[{Cognitos}]"));

    [Fact]
    public void A_deeply_nested_answer_is_none() => Assert.Null(Read(With("x", new string('[', 10_000) + new string(']', 10_000))));

    [Fact]
    public void Bytes_that_are_no_text_are_no_answer() =>
        Assert.Null(TokenResponse.Read(new byte[] { 0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d }));

    [Theory]
    [InlineData("\"invalid_grant\""), InlineData("\"anything else\""), InlineData("\"\\ud800\"")]
    [InlineData("1"), InlineData("false"), InlineData("{}"), InlineData("[]")]
    public void An_error_beside_the_tokens_spoils_the_answer(string error) => Assert.Null(Read(With("error", error)));

    [Theory]
    [InlineData("error", "null"), InlineData("error", "\"\""), InlineData("error_description", "\"none\""), InlineData("Error", "\"x\"")]
    public void An_error_that_is_none_spoils_nothing(string name, string value) => Assert.NotNull(Read(With(name, value)));

    [Fact]
    public void Unknown_members_are_ignored() => Assert.NotNull(Read(With("x", """{"y":[1,null,"\n"]}""")));

    [Fact]
    public void A_scope_is_taken_as_it_was_granted() => Assert.Equal("openid  email", Read(With("scope", "\"openid  email\""))!.Scope);

    private static TokenResponse? Read(string body) => TokenResponse.Read(Encoding.UTF8.GetBytes(body));

    /// <summary>
    /// The good answer with this member as it shall stand in the JSON, put there as text because not every text is a JSON that can
    /// be written.
    /// </summary>
    private static string With(string name, string json) => $$"""{{Without(name)[..^1]}},"{{name}}":{{json}}}""";

    private static string Without(string name)
    {
        var answer = JsonNode.Parse(Cognitos)!.AsObject();
        answer.Remove(name);
        return answer.ToJsonString();
    }
}
