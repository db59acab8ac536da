using Bff.Tests.Hosting;

namespace Bff.Tests.SignIn;

/// <summary>Each way out of a sign-in leaves one line in the log, which says which one it was.</summary>
[Row("LOG-05")]
public sealed class SignInEndTests(SharedRedis redis)
{
    private const string Unused = "/callback?code=x&state=unknown";

    /// <summary>What the callback is called with, given the URL that the provider led to, and what the log then says.</summary>
    private static readonly Dictionary<string, (Func<Uri, string> Callback, string Expected)> Responses = new()
    {
        ["an unknown state"] = (_ => Unused, "unknown_state"),
        ["an error without state"] = (_ => "/callback?error=invalid_request&error_description=x", "malformed_response"),
        ["neither code nor error nor state"] = (_ => "/callback", "malformed_response"),
        ["a state that came twice"] = (callback => $"{callback.PathAndQuery}&state=x", "malformed_response"),
        ["neither code nor error"] = (callback => $"/callback?state={SignInTarget.StateIn(callback)}", "missing_code"),
        ["another issuer"] = (callback => $"{callback.PathAndQuery}&iss=https://evil.example", "wrong_issuer"),
        ["an error of another issuer"] = (
            callback => $"/callback?error=x&state={SignInTarget.StateIn(callback)}&iss=https://evil.example", "wrong_issuer"),
        ["an error"] = (
            callback => $"/callback?error=access_denied&state={SignInTarget.StateIn(callback)}",
            "came back without a code (access_denied)"),
        ["an empty error"] = (
            callback => $"/callback?error=&state={SignInTarget.StateIn(callback)}", "came back without a code (login_failed)"),
    };

    private static readonly Dictionary<string, (Action<TestProvider> Spoil, string Expected)> Answers = new()
    {
        ["a code that is spent"] = (
            provider => provider.Answer(TestProvider.Token, 400, """{"error":"invalid_grant"}"""), "error \"invalid_grant\""),
        ["400 and nothing"] = (provider => provider.Answer(TestProvider.Token, 400, ""), "status 400"),
        ["a wrong client"] = (provider => provider.Answer(TestProvider.Token, 401, ""), "Oidc:ClientSecret"),
        ["429"] = (provider => provider.Answer(TestProvider.Token, 429, ""),
            "token_unavailable: The token endpoint gave no usable answer to the authorization_code request: status 429."),
        ["500"] = (provider => provider.Answer(TestProvider.Token, 500, """{"error":"server_error"}"""),
            "token_unavailable: The token endpoint gave no usable answer to the authorization_code request: status 500. The provider's"),
        ["200 and a page"] = (provider => provider.Answer(TestProvider.Token, 200, "<html>", "text/html"),
            "token_unavailable: The token endpoint gave no usable answer to the authorization_code request: status 200."),
        ["a connection that breaks"] = (
            provider => provider.Answer(TestProvider.Token, context => { context.Abort(); return Task.CompletedTask; }),
            "gave no usable answer"),
        ["no answer"] = (
            provider => provider.Answer(TestProvider.Token, context => Task.Delay(Timeout.Infinite, context.RequestAborted)),
            "Oidc:BackchannelTimeout"),
        ["no ID token"] = (provider => provider.SpoilAnswer = answer => answer.Remove("id_token"), "no ID token"),
        ["an empty ID token"] = (provider => provider.SpoilAnswer = answer => answer["id_token"] = "", "no ID token"),
        ["a bad ID token"] = (
            provider => provider.SpoilToken = token => token.With("nonce", "another"), "the ID token was refused, expected the nonce"),
        ["an ID token with another algorithm"] = (
            provider => provider.SpoilToken = token => token.WithHeader("alg", "HS256"), "got 'HS256'"),
    };

    public static TheoryData<string> ResponseRows => [.. Responses.Keys];

    public static TheoryData<string> AnswerRows => [.. Answers.Keys];

    [Theory, MemberData(nameof(ResponseRows))]
    public async Task One_line_says_how_a_sign_in_ended_that_came_back_with(string row)
    {
        await using var target = await SignInTarget.StartAsync(redis);
        using var browser = target.System.Browser();
        var callback = await browser.SignInUpToCallbackAsync(target.System);

        await target.AssertOneLineAsync(browser, Responses[row].Callback(callback), Responses[row].Expected);
    }

    [Theory, MemberData(nameof(AnswerRows))]
    public async Task One_line_says_how_a_sign_in_ended_whose_code_was_answered_with(string row)
    {
        await using var target = await SignInTarget.StartAsync(redis, ("Oidc:BackchannelTimeout", "00:00:02"));
        using var browser = target.System.Browser();
        var callback = await browser.SignInUpToCallbackAsync(target.System);
        Answers[row].Spoil(target.Provider);
        // What is revoked afterwards has its own lines.
        target.Provider.Answer(TestProvider.Revoke, 200, "");

        await target.AssertOneLineAsync(browser, callback.PathAndQuery, Answers[row].Expected);
    }
}
