using System.Net;
using System.Text;
using Bff.Security;
using Bff.Tests.Hosting;

namespace Bff.Tests.Logout;

/// <summary>In which form a logout token may come, and how often.</summary>
[Row("BCL-08")]
public sealed class BackChannelRequestTests(SharedRedis redis)
{
    private const string Form = "application/x-www-form-urlencoded";

    [Fact]
    public async Task Only_a_form_with_one_token_is_taken_and_what_else_is_in_it_is_ignored()
    {
        await using var target = await LogoutTarget.StartAsync(redis);
        using var browser = await target.SignInAsync();
        string Token() => target.Provider.LogoutToken().Compact();
        (string What, string? Type, Func<string> Body, int Status)[] rows =
        [
            ("JSON", "application/json", () => $"{{\"logout_token\":\"{Token()}\"}}", 415),
            ("the token itself", "application/logout+jwt", Token, 415), ("text", "text/plain", () => "logout_token=" + Token(), 415),
            ("multipart", "multipart/form-data; boundary=x", () =>
                $"--x\r\nContent-Disposition: form-data; name=\"logout_token\"\r\n\r\n{Token()}\r\n--x--\r\n", 415),
                ("no media type", null, () => "logout_token=" + Token(), 415),
            ("a broken media type", "application", () => "logout_token=" + Token(), 415),
            ("nothing", Form, () => "", 400), ("no token", Form, () => "token=" + Token(), 400),
            ("an empty token", Form, () => "logout_token=", 400),
            ("a token twice", Form, () => $"logout_token={Token()}&logout_token={Token()}", 400),
            ("the same token twice", Form, () =>
                string.Join('&', Enumerable.Repeat("logout_token=" + Token(), 1).SelectMany(pair => new[] { pair, pair })), 400),
            ("two thousand fields", Form, () =>
                string.Join('&', Enumerable.Range(0, 2000).Select(number => $"f{number}=")) + "&logout_token=" + Token(), 400),
                ("a name of 3 KB", Form, () => new string('n', 3000) + "=1&logout_token=" + Token(), 400),
            ("20 KB beside a token", Form, () => "logout_token=" + Token() + "&x=" + new string('x', 20_000), 413),
            ("17 KB of token", Form, () => "logout_token=" + new string('x', 17 * 1024), 413),
            ("JSON in a form", Form, () => $"{{\"logout_token\":\"{Token()}\"}}", 400),
            ("bytes", Form, () => "logout_token=%ff%fe%00", 400),
        ];

        foreach (var (what, type, body, status) in rows)
        {
            using var content = new ByteArrayContent(Encoding.ASCII.GetBytes(body()));
            if (type is not null) content.Headers.TryAddWithoutValidation("Content-Type", type);
            using var answer = await target.PostAsync(content);
            Assert.True(status == (int)answer.StatusCode, $"{what}: {answer.StatusCode}");
            await answer.ProblemAsync((HttpStatusCode)status,
                status switch { 413 => "too_large", 415 => "unsupported_media_type", _ => "invalid_request" });
        }
        Assert.True(await target.IsAliveAsync(browser));

        using var more = new StringContent($"iss=x&client_id=y&logout_token={Token()}&state=z&state=z", Encoding.UTF8, Form);
        Assert.Equal(HttpStatusCode.OK, (await target.PostAsync(more)).StatusCode);
        Assert.False(await target.IsAliveAsync(browser));
    }

    [Fact]
    public async Task A_token_in_the_query_or_by_another_method_ends_nothing()
    {
        await using var target = await LogoutTarget.StartAsync(redis);
        using var browser = await target.SignInAsync();
        var path = "/backchannel-logout?logout_token=" + target.Provider.LogoutToken().Compact();

        foreach (var method in (string[])["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"])
        {
            var answer = await RawAnswer.ToAsync(target.System.Url, $"{method} {path} HTTP/1.1", ["Content-Length: 0"]);
            Assert.True(answer.Status == 405 && answer["Allow"] is ["POST"], $"{method}: {answer}");
        }
        var posted = await RawAnswer.ToAsync(target.System.Url, $"POST {path} HTTP/1.1", ["Content-Length: 0", "Content-Type: " + Form]);

        Assert.Equal(400, posted.Status);
        Assert.True(await target.IsAliveAsync(browser));
    }

    [Fact]
    public async Task A_page_cannot_send_one_and_reads_no_answer()
    {
        await using var target = await LogoutTarget.StartAsync(redis);
        using var browser = await target.SignInAsync();
        var body = "logout_token=" + target.Provider.LogoutToken().Compact();
        string[] content = ["Content-Type: " + Form, $"Content-Length: {body.Length}"];

        foreach (var headers in (string[][])[["Origin: https://evil.example"], ["Origin: null"],
            ["Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors"],
        ["Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: cors", "Origin: https://evil.example"]])
        {
            var answer = await RawAnswer.ToAsync(target.System.Url, "POST /backchannel-logout HTTP/1.1", [.. headers, .. content], body);
            Assert.True(answer.Status == 403 && answer.IsProblem("csrf")
                && !answer.Names.Any(name => name.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase)), answer.Text);
        }

        Assert.True(await target.IsAliveAsync(browser));
    }

    [Fact, Row("FWD-04")]
    public async Task A_flood_of_refused_tokens_is_429_and_silent_and_a_good_one_gets_through_it()
    {
        await using var target = await LogoutTarget.StartAsync(redis);
        using var browser = await target.SignInAsync();
        Task<HttpResponseMessage> FromAsync(string address, string token) =>
            target.PostAsync(new FormUrlEncodedContent([KeyValuePair.Create("logout_token", token)]), from: address);

        var answers = new List<HttpResponseMessage>();
        for (var number = 0; number < RefusalLimit.PerMinute + 40; number++) answers.Add(await FromAsync("203.0.113.7", "no-token"));

        Assert.Equal(40, answers.Count(answer => answer.StatusCode == HttpStatusCode.TooManyRequests));
        Assert.Equal(RefusalLimit.PerMinute, answers.Count(answer => answer.StatusCode == HttpStatusCode.BadRequest));
        await answers[^1].ProblemAsync(HttpStatusCode.TooManyRequests, "rate_limited");
        Assert.InRange(answers[^1].Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        Assert.Equal(RefusalLimit.PerMinute, target.System.Logs.Lines.Count(line =>
            line.Contains("A logout token was refused", StringComparison.Ordinal)));
        Assert.Equal(HttpStatusCode.BadRequest, (await FromAsync("203.0.113.8", "no-token")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await FromAsync("203.0.113.7", target.Provider.LogoutToken().Compact())).StatusCode);
        Assert.False(await target.IsAliveAsync(browser));
        // Nor does it stop users from signing in.
        using var again = await target.SignInAsync();
    }

    [Fact, Row("BCL-02", "BCL-03", "BCL-04", "BCL-05")]
    public async Task Whatever_is_wrong_with_a_token_is_said_and_logged_once_and_ends_nothing()
    {
        await using var target = await LogoutTarget.StartAsync(redis, ("Logging:LogLevel:Default", "Trace"));
        using var browser = await target.SignInAsync(sid: "a-session");
        var wrong = LogoutTokenTests.Variants.Where(row =>
            !row.Value.Good && !row.Key.Contains("iat", StringComparison.Ordinal) && !row.Key.Contains("exp", StringComparison.Ordinal)
            && !row.Key.Contains("nbf", StringComparison.Ordinal)).ToList();
        Assert.True(wrong.Count > 30);

        foreach (var (row, (change, _)) in wrong)
        {
            var token = target.Provider.LogoutToken().With("canary", "canary-claim");
            change(token);
            var logged = target.System.Logs.Lines.Count;
            await target.AssertRefusedAsync(row, token.Compact());
            Assert.Single(target.System.Logs.Lines.Skip(logged), line =>
                line.StartsWith("Information", StringComparison.Ordinal)
                && line.Contains("A logout token was refused: ", StringComparison.Ordinal));
        }
        await target.AssertRefusedAsync("the session's own ID token",
            target.Provider.IdToken("access", nonce: null).With("sid", "a-session").Compact());

        Assert.True(await target.IsAliveAsync(browser));
        Assert.DoesNotContain("canary", target.System.Logs.All, StringComparison.Ordinal);
        Assert.DoesNotContain("eyJ", target.System.Logs.All, StringComparison.Ordinal);
    }
}
