using Bff.Local.UserPool.RemoteControl;
using Bff.Tests.Hosting;

namespace Bff.Tests.Operations;

/// <summary>What an operator finds in a structured log afterwards, and that no client writes lines into it.</summary>
public sealed class LogEventTests(SharedRedis redis)
{
    [Fact, Row("LOG-05")]
    public async Task Each_thing_that_matters_is_an_event_with_a_name_a_reason_and_the_sessions_hash()
    {
        await using var system =
            await BffSystem.StartAsync(redis, pool: options => options.Clients[0].RefreshTokenRotation.Feature = "ENABLED");
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        var began = Expect(system, "SignedIn", "Session");
        var session = began["Session"]!;
        Assert.Matches("^[0-9a-f]{8}$", session);
        var key = Assert.Single(system.Keys(), key => key.Contains(":session:", StringComparison.Ordinal));
        Assert.DoesNotContain(session, key, StringComparison.Ordinal);

        system.Time.Advance(TimeSpan.FromMinutes(5));
        await browser.RefreshAsync(system);
        Assert.Equal(session, Expect(system, "Renewed", "Session")["Session"]);

        await RawHttp.SendAsync(system.Url, "GET /me HTTP/1.1", ["Origin: https://evil.example"]);
        Assert.Equal("foreign origin", Expect(system, "Refused", "Reason")["Reason"]);

        await browser.NavigateAsync(new Uri(system.Url, "/callback?code=x&state=unknown"), typed: true);
        Assert.Equal("unknown_state", Expect(system, "Refused", "Reason")["Reason"]);
        using var stranger = system.Browser();
        await stranger.NavigateAsync(new Uri(system.Url, "/callback?code=x&state=unknown"), typed: true);
        Assert.Equal("no_login_cookie", Expect(system, "Refused", "Reason")["Reason"]);
        await browser.NavigateAsync(new Uri(system.Url, "/callback?code=x&state=a&state=b"), typed: true);
        Assert.Equal("malformed_response", Expect(system, "Refused", "Reason")["Reason"]);

        await browser.NavigateAsync(new Uri(system.Url, "/login?returnUrl=https://evil.example"), typed: true);
        Assert.Equal("returnUrl", Expect(system, "Refused", "Parameters")["Parameters"]);

        // The refresh token that a thief used before: the pool takes it for stolen and says invalid_grant.
        system.Pool.Faults.On("/oauth2/token", new EndpointFault { Status = 400, Body = """{"error":"invalid_grant"}""" });
        system.Time.Advance(TimeSpan.FromMinutes(5));
        await browser.RefreshAsync(system);
        system.Pool.Faults.Clear();
        var refused = Expect(system, "Refused", "Session");
        Assert.Equal((session, "invalid_grant"), (refused["Session"], refused["Reason"]));
        Assert.Equal("not_renewed", Expect(system, "Ended", "Reason")["Reason"]);

        await browser.SignInAsync(system);
        await browser.LogoutAsync(system);
        Assert.Equal("signed_out", Expect(system, "Ended", "Reason")["Reason"]);

        await browser.SignInUpToCallbackAsync(system);
        system.Pool.Faults.On("/oauth2/token", new EndpointFault { Status = 400, Body = """{"error":"invalid_grant"}""" });
        await browser.FollowAsync();
        Assert.Equal("invalid_grant", Expect(system, "Refused", "Error")["Error"]);
    }

    [Fact, Row("LOG-04")]
    public async Task Whatever_clients_and_the_provider_send_each_record_is_one_line_of_bounded_length()
    {
        await using var provider = await TestProvider.StartAsync();
        const string Evil = "canary\r\ninfo: Bff.Forged[1]\n      Session 00000000 began.\u001b[2J\u2028\u0085\0";
        provider.Metadata["issuer"] = Evil + new string('x', 50_000);
        await using var system = await BffSystem.StartAsync(redis, [.. provider.Settings, ("Logging:LogLevel:Default", "Trace")]);
        provider.Time = system.Time;
        using var browser = system.Browser();
        var escaped = Uri.EscapeDataString(Evil);

        await browser.NavigateAsync(new Uri(system.Url, "/login"), typed: true);
        provider.Answer(TestProvider.Discovery, 500, Evil, "text/plain", ("X-Evil", "canary"));
        system.Time.Advance(TimeSpan.FromSeconds(5));
        await browser.NavigateAsync(new Uri(system.Url, "/login"), typed: true);
        provider.Answer(TestProvider.Discovery, null);
        provider.Metadata["issuer"] = provider.Issuer;
        provider.Metadata["code_challenge_methods_supported"] = new System.Text.Json.Nodes.JsonArray(Evil);
        system.Time.Advance(TimeSpan.FromSeconds(5));
        await browser.NavigateAsync(new Uri(system.Url, "/login"), typed: true);
        provider.Metadata.Remove("code_challenge_methods_supported");
        system.Time.Advance(TimeSpan.FromSeconds(5));
        foreach (var path in (string[])[$"/{escaped}", "/canary%0d%0aforged%1b", "/api/canary%0d%0aforged",
            $"/login?returnUrl={escaped}", $"/login?prompt={escaped}&maxAge={escaped}",
        $"/callback?error={escaped}&error_description={escaped}&state={escaped}",
        $"/callback?code={escaped}&state={escaped}&iss={escaped}", $"/api/{escaped}", $"/me?slide={escaped}"])
        {
            await browser.NavigateAsync(new Uri(system.Url, path), typed: true);
        }
        var callback = await browser.SignInUpToCallbackAsync(system);
        await browser.NavigateAsync(new Uri(system.Url,
            $"/callback?error={escaped}&state={System.Web.HttpUtility.ParseQueryString(callback.Query)["state"]}"), typed: true);
        await browser.SignInUpToCallbackAsync(system);
        provider.Answer(TestProvider.Token, 400, $$"""{"error":"invalid_grant\r\n{{escaped}}"}""");
        await browser.FollowAsync();
        provider.Answer(TestProvider.Token, null);
        provider.SpoilToken = token => token.With("sub", Evil).With("nonce", Evil);
        await browser.SignInAsync(system);
        await RawHttp.SendAsync(system.Url, "GET /me HTTP/1.1",
            ["User-Agent: a\u001b[2J", "X-Forwarded-For: \u001b", "Cookie: __Host-bff=\u001b[31m", "X-CSRF: 1"]);
        await RawHttp.SendAsync(system.Url, "EVIL\u001b /me HTTP/1.1", []);

        Assert.Contains(system.Logs.Events, line =>
            line.Message.Contains("byte for byte", StringComparison.Ordinal)
            || line.Message.Contains("could not be read", StringComparison.Ordinal));
        Assert.All(system.Logs.Events, line =>
            Assert.True(line.Message.Length < 1000 && !line.Message.Any(character =>
            char.IsControl(character) || character is '\u2028' or '\u2029'), line.Message));
        Assert.All(system.Logs.Events.SelectMany(line => line.Properties.Values), value => Assert.DoesNotContain('\u001b', value ?? ""));
        Assert.All(system.Logs.Lines.Where(line => line.Contains(" scope ", StringComparison.Ordinal)), line =>
            Assert.DoesNotContain("canary", line, StringComparison.Ordinal));
    }

    /// <summary>The last event of this name that has this property; one that lacks it is another's.</summary>
    private static IReadOnlyDictionary<string, string?> Expect(BffSystem system, string name, string property)
    {
        var found = system.Logs.Events.LastOrDefault(line =>
            line.Category.StartsWith("Bff.", StringComparison.Ordinal) && line.Event.Name == name && line.Properties.ContainsKey(property));
        Assert.True(found is not null, $"no event {name} with {property}:\n{system.Logs.All}");
        Assert.NotEqual(0, found.Event.Id);
        return found.Properties;
    }
}
