using System.Net;
using System.Text.Json.Nodes;
using Bff.Tests.Hosting;

namespace Bff.Tests.SignIn;

/// <summary>What a token endpoint may answer instead of tokens, at the running application.</summary>
public sealed class TokenAnswerTests(SharedRedis redis)
{
    private static readonly Dictionary<string, Action<JsonObject>> Unusable = new()
    {
        ["no access token"] = answer => answer.Remove("access_token"),
        ["an empty access token"] = answer => answer["access_token"] = "",
        ["a null access token"] = answer => answer["access_token"] = null,
        ["an access token that is a number"] = answer => answer["access_token"] = 42,
        ["an access token that is a list"] = answer => answer["access_token"] = new JsonArray(TamperedSignIn.Canary),
        ["an access token that is an object"] = answer => answer["access_token"] = new JsonObject { ["x"] = TamperedSignIn.Canary },
        ["an ID token that is a list"] = answer => answer["id_token"] = new JsonArray(answer["id_token"]!.DeepClone()),
        ["no token type"] = answer => answer.Remove("token_type"),
        ["a token type of another kind"] = answer => answer["token_type"] = "DPoP",
        ["a scope that is a list"] = answer => answer["scope"] = new JsonArray("openid"),
        ["expires_in 0"] = answer => answer["expires_in"] = 0,
        ["expires_in -1"] = answer => answer["expires_in"] = -1,
        ["expires_in 1e99"] = answer => answer["expires_in"] = JsonNode.Parse("1e99"),
        ["expires_in beyond 64 bits"] = answer => answer["expires_in"] = JsonNode.Parse("99999999999999999999"),
        ["expires_in of a thousand years"] = answer => answer["expires_in"] = 1000L * 365 * 24 * 3600,
        ["expires_in a word"] = answer => answer["expires_in"] = TamperedSignIn.Canary,
        ["expires_in a list"] = answer => answer["expires_in"] = new JsonArray(3600),
    };

    private static readonly string[] Unfit =
        ["a\rb", "a\nb", $"a\r\nX-{TamperedSignIn.Canary}: 1", "a b", " a", "a\t", "a\0b", "a\u007fb", "é", "\ud83d\ude00", "a\u2028b"];

    private static readonly Dictionary<string, (string Body, string Type)> Bodies = new()
    {
        ["a page"] = ($"<html><script>{TamperedSignIn.Canary}</script>", "text/html"),
        ["nothing"] = ("", "application/json"),
        ["half an object"] = ("""{"access_token":"canary-b5d1c0","token_type":"Bea""", "application/json"),
        ["a list"] = ("""[{"access_token":"canary-b5d1c0","token_type":"Bearer"}]""", "application/json"),
        ["a text"] = ("\"canary-b5d1c0\"", "application/json"),
        ["null"] = ("null", "application/json"),
        ["a member twice"] = ("""{"access_token":"a","access_token":"canary-b5d1c0","token_type":"Bearer"}""", "application/json"),
        ["an escaped member twice"] = (
            """{"access_token":"a","\u0061ccess_token":"canary-b5d1c0","token_type":"Bearer"}""", "application/json"),
        ["a byte order mark"] = ("\uFEFF{\"access_token\":\"canary-b5d1c0\",\"token_type\":\"Bearer\"}", "application/json"),
        ["ten thousand levels"] = (
            """{"access_token":"a","token_type":"Bearer","x":""" + new string('[', 10_000) + new string(']', 10_000) + "}",
            "application/json"),
        ["ten thousand levels without an end"] = (string.Concat(Enumerable.Repeat("""{"x":""", 10_000)), "application/json"),
        ["a comment"] = ("""{"access_token":"canary-b5d1c0",/* */"token_type":"Bearer"}""", "application/json"),
        ["a form"] = ("access_token=canary-b5d1c0&token_type=Bearer", "application/x-www-form-urlencoded"),
        ["an error with status 200"] = ("""{"error":"invalid_grant","hint":"canary-b5d1c0"}""", "application/json"),
    };

    [Fact, Row("TOK-05", "TOK-07")]
    public async Task An_answer_with_an_unusable_member_signs_no_one_in()
    {
        await using var signIn = await TamperedSignIn.StartAsync(redis);
        foreach (var (row, spoil) in Unusable)
        {
            signIn.SpoilAnswer = spoil;
            await signIn.AssertRefusedAsync(row, "provider_unavailable");
        }
        foreach (var idToken in new JsonNode?[] { null, "", "not a token" })
        {
            signIn.SpoilAnswer = answer => answer["id_token"] = idToken?.DeepClone();
            var isUnfit = idToken?.ToString() is "not a token";
            await signIn.AssertRefusedAsync(
                $"ID token '{idToken}'", isUnfit ? "provider_unavailable" : "login_failed");
        }
        signIn.SpoilAnswer = answer => answer.Remove("id_token");
        await signIn.AssertRefusedAsync("no ID token");
    }

    [Fact, Row("TOK-11")]
    public async Task A_token_that_is_unfit_for_a_header_signs_no_one_in()
    {
        await using var signIn = await TamperedSignIn.StartAsync(redis);
        foreach (var name in new[] { "access_token", "refresh_token", "id_token" })
        {
            foreach (var text in Unfit)
            {
                signIn.SpoilAnswer = answer => answer[name] = text;
                await signIn.AssertRefusedAsync($"{name} '{text}'", "provider_unavailable");
            }
        }
    }

    [Fact, Row("TOK-08")]
    public async Task A_body_that_is_no_object_signs_no_one_in_and_is_not_shown()
    {
        await using var signIn = await TamperedSignIn.StartAsync(redis);
        foreach (var (row, (body, type)) in Bodies)
        {
            signIn.Provider.Answer(TestProvider.Token, 200, body, type);
            await signIn.AssertRefusedAsync(row, "provider_unavailable");
        }
        foreach (var status in new[] { 201, 204, 206, 400, 401, 403, 404, 418, 429, 500, 502, 503 })
        {
            var body = $$"""{"error":"unknown","access_token":"{{TamperedSignIn.Canary}}"}""";
            signIn.Provider.Answer(TestProvider.Token, status, status == 204 ? "" : body);
            await signIn.AssertRefusedAsync($"status {status}", "provider_unavailable");
        }
        signIn.Provider.Answer(TestProvider.Token, 400, $$"""{"error":"invalid_grant","hint":"{{TamperedSignIn.Canary}}"}""");
        await signIn.AssertRefusedAsync("invalid_grant");

        signIn.Provider.Answer(TestProvider.Token, null);
        await signIn.AssertAcceptedAsync("a good answer afterwards");
    }

    [Theory, Row("TOK-07")]
    [InlineData("null", 300), InlineData("\"3600\"", 3600), InlineData("315360000", 315360000)]
    public async Task A_lifetime_is_taken_over_or_assumed_to_be_short(string expiresIn, int seconds)
    {
        await using var signIn = await TamperedSignIn.StartAsync(redis);
        signIn.SpoilAnswer = answer => answer["expires_in"] = JsonNode.Parse(expiresIn);

        var me = await signIn.AssertAcceptedAsync(expiresIn);

        Assert.Equal(signIn.System.Time.GetUtcNow().AddSeconds(seconds), (DateTimeOffset)me["accessToken"]!["expiresAt"]!,
            TimeSpan.FromSeconds(1));
    }

    [Fact, Row("TOK-12")]
    public async Task The_scope_is_the_one_that_was_granted_and_nothing_where_nothing_was()
    {
        await using var signIn = await TamperedSignIn.StartAsync(redis);
        foreach (var (granted, shown) in new (JsonNode?, string)[] { ("openid", "openid"), ("", ""), ("openid admin", "openid admin"),
            (null, "openid email phone") })
        {
            signIn.SpoilAnswer = answer => answer["scope"] = granted?.DeepClone();
            var me = await signIn.AssertAcceptedAsync($"scope '{granted}'");
            Assert.Equal(shown, (string?)me["accessToken"]!["scope"]);
        }
    }

    [Fact, Row("TOK-13", "RFR-08")]
    public async Task Without_a_refresh_token_the_session_is_not_renewable()
    {
        await using var signIn = await TamperedSignIn.StartAsync(redis);
        foreach (var none in new JsonNode?[] { null, "" })
        {
            using var browser = signIn.System.Browser();
            signIn.SpoilAnswer = answer => answer["refresh_token"] = none?.DeepClone();
            Assert.False((bool)(await signIn.AssertAcceptedAsync($"'{none}'", browser))["accessToken"]!["renewable"]!);
            var asked = signIn.Provider.Requests.Count;
            signIn.System.Time.Advance(TimeSpan.FromSeconds(10));

            await (await browser.RefreshAsync(signIn.System)).ProblemAsync(HttpStatusCode.Conflict, "no_refresh_token");

            Assert.Equal(asked, signIn.Provider.Requests.Count);
        }
    }
}
