using System.Net;
using System.Text;
using Bff.Security;
using Bff.Tests.Hosting;

namespace Bff.Tests.Logout;

/// <summary><c>POST /revocations</c> on the operator's port: who may, what may come, what it ends.</summary>
public sealed class RevocationsTests(SharedRedis redis)
{
    private const string Key = "the-management-key-of-the-test";

    [Fact, Row("LOG-06")]
    public async Task Only_the_key_opens_it_and_neither_guesses_nor_other_forms_of_it_do()
    {
        await using var target = await LogoutTarget.StartAsync(redis, ("Bff:ManagementKey", Key));
        using var browser = await target.SignInAsync();
        string?[] wrong = [null, "", "Bearer", "Bearer ", "Bearer wrong", Key, "Basic " + Key, "Basic "
            + Convert.ToBase64String(Encoding.ASCII.GetBytes("bff:" + Key)), $"Bearer {Key[..^1]}", $"Bearer {Key}x",
        $"Bearer {Key.ToUpperInvariant()}", $"Bearer  {Key}", $"Bearer {Key},Bearer {Key}", $"Bearer \"{Key}\"", $"Token {Key}"];

        foreach (var authorization in wrong)
        {
            using var answer = await SendAsync(target, authorization, Body(The.Subject));
            Assert.True(answer.StatusCode == HttpStatusCode.Unauthorized, $"{authorization}: {answer.StatusCode}");
            Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.ToString());
            Assert.Contains("\"code\":\"invalid_key\"", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
                StringComparison.Ordinal);
        }
        Assert.True(await target.IsAliveAsync(browser));
        Assert.Equal(wrong.Length, target.System.Logs.Events.Count(line => line.Event.Name == "WrongKey"));
        Assert.DoesNotContain(Key[..^1], target.System.Logs.All, StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.Accepted, (await SendAsync(target, "bearer " + Key, Body(The.Subject))).StatusCode);
        Assert.False(await target.IsAliveAsync(browser));
    }

    [Fact]
    public async Task A_flood_of_wrong_keys_is_429_and_silent_and_the_right_one_gets_through_it()
    {
        await using var target = await LogoutTarget.StartAsync(redis, ("Bff:ManagementKey", Key));
        using var browser = await target.SignInAsync();

        for (var number = 0; number < RefusalLimit.PerMinute; number++)
            Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(target, "Bearer wrong", Body(The.Subject))).StatusCode);
        using var refused = await SendAsync(target, "Bearer wrong", Body(The.Subject));

        await refused.ProblemAsync(HttpStatusCode.TooManyRequests, "rate_limited");
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.Equal(RefusalLimit.PerMinute, target.System.Logs.Events.Count(line => line.Event.Name == "WrongKey"));
        Assert.Equal(HttpStatusCode.Accepted, (await SendAsync(target, "Bearer " + Key, Body(The.Subject))).StatusCode);
        Assert.False(await target.IsAliveAsync(browser));
    }

    [Fact, Row("HTP-08")]
    public async Task What_is_not_one_subject_in_JSON_ends_nothing()
    {
        await using var target = await LogoutTarget.StartAsync(redis, ("Bff:ManagementKey", Key));
        using var browser = await target.SignInAsync();
        (string What, string? Type, string Body, int Status)[] rows =
        [
            ("no media type", null, Json(The.Subject), 415), ("text", "text/plain", Json(The.Subject), 415),
            ("a form", "application/x-www-form-urlencoded", "sub=" + The.Subject, 415),
            ("nothing", "application/json", "", 400), ("no JSON", "application/json", "sub", 400),
            ("half of it", "application/json", Json(The.Subject)[..^1], 400),
            ("two of it", "application/json", Json(The.Subject) + Json(The.Subject), 400),
            ("null", "application/json", "null", 400), ("a list", "application/json", $"[{Json(The.Subject)}]", 400),
            ("a text", "application/json", $"\"{The.Subject}\"", 400), ("an empty object", "application/json", "{}", 400),
            ("sub null", "application/json", """{"sub":null}""", 400),
            ("sub empty", "application/json", """{"sub":""}""", 400),
            ("sub a number", "application/json", """{"sub":1}""", 400),
            ("sub a list", "application/json", $$"""{"sub":["{{The.Subject}}"]}""", 400),
            ("sub twice", "application/json", $$"""{"sub":"x","sub":"{{The.Subject}}"}""", 400),
            ("more than sub", "application/json", $$"""{"sub":"{{The.Subject}}","sid":"x"}""", 400),
            ("half a character", "application/json", """{"sub":"\ud800"}""", 400),
            ("a thousand levels", "application/json", """{"sub":""" + new string('[', 1000) + new string(']', 1000) + "}", 400),
            ("an unknown charset", "application/json; charset=x", "{}", 400),
            ("5 KB", "application/json", Json(new string('x', 5000)), 413),
            ("20 KB", "application/json", Json(new string('x', 20_000)), 413),
        ];

        foreach (var (what, type, body, status) in rows)
        {
            using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            if (type is not null) content.Headers.TryAddWithoutValidation("Content-Type", type);
            using var answer = await SendAsync(target, "Bearer " + Key, content);
            Assert.True(status == (int)answer.StatusCode, $"{what}: {answer.StatusCode}");
            await answer.ProblemAsync((HttpStatusCode)status,
                status switch { 413 => "too_large", 415 => "unsupported_media_type", _ => "invalid_request" });
        }
        Assert.True(await target.IsAliveAsync(browser));

        foreach (var (subject, ends) in ((string, bool)[])[("nobody", false), (The.Subject.ToUpperInvariant(), false),
            (" " + The.Subject, false), (The.Subject, true), (The.Subject, true)])
        {
            using var answer = await SendAsync(target, "Bearer " + Key, Body(subject));
            Assert.Equal((HttpStatusCode.Accepted, ends), (answer.StatusCode, !await target.IsAliveAsync(browser)));
        }
        Assert.Equal(["0", "0", "0", "1", "0"], target.System.Logs.Events.Where(line => line.Event.Name == "Revoked")
            .Select(line => line.Properties["Count"]));
    }

    /// <summary>A sign-in writes the index and the record at the same time; a revocation may come between.</summary>
    [Fact, Row("LOG-06")]
    public async Task A_session_that_was_written_during_a_revocation_is_ended_by_the_next()
    {
        await using var target = await LogoutTarget.StartAsync(redis, ("Bff:ManagementKey", Key));
        using var browser = await target.SignInAsync();
        var record = Assert.Single(target.System.Keys(), key => key.Contains(":session:", StringComparison.Ordinal));
        var written = (byte[])(await target.System.Redis.KeyDumpAsync(record))!;

        await target.System.Redis.KeyDeleteAsync(record);
        Assert.Equal(HttpStatusCode.Accepted, (await SendAsync(target, "Bearer " + Key, Body(The.Subject))).StatusCode);
        await target.System.Redis.KeyRestoreAsync(record, written, TimeSpan.FromHours(1));
        Assert.True(await target.IsAliveAsync(browser));

        Assert.Equal(HttpStatusCode.Accepted, (await SendAsync(target, "Bearer " + Key, Body(The.Subject))).StatusCode);
        Assert.False(await target.IsAliveAsync(browser));
    }

    [Fact, Row("LOG-06", "HTP-01")]
    public async Task The_endpoint_exists_only_with_a_key_for_one_method_on_one_port()
    {
        await using var without = await LogoutTarget.StartAsync(redis);
        await (await SendAsync(without, "Bearer ", Body(The.Subject))).ProblemAsync(HttpStatusCode.NotFound, "not_found");
        await using var target = await LogoutTarget.StartAsync(redis, ("Bff:ManagementKey", Key));

        foreach (var method in (string[])["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"])
        {
            var answer = await RawAnswer.ToAsync(target.System.Management, $"{method} /revocations HTTP/1.1",
                ["Authorization: Bearer " + Key, "Content-Length: 0"]);
            Assert.True(answer.Status == 405 && answer["Allow"] is ["POST"], $"{method}: {answer}");
        }
        var onPublicPort = await RawAnswer.ToAsync(target.System.Url, "POST /revocations HTTP/1.1",
            ["Authorization: Bearer " + Key, "Host: " + target.System.Management.Authority, "Content-Type: application/json",
            "Content-Length: 2"], "{}");
        Assert.True(onPublicPort.Status == 404, onPublicPort.Text);
    }

    [Fact]
    public async Task While_Redis_is_away_the_operator_is_told_so()
    {
        await using var server = await RedisServer.StartNewAsync(appendOnly: true);
        await using var target = await LogoutTarget.StartAsync(server.Configuration, ("Bff:ManagementKey", Key));
        using var browser = await target.SignInAsync();
        await server.StopAsync();

        using (var answer = await SendAsync(target, "Bearer " + Key, Body(The.Subject)))
        {
            await answer.ProblemAsync(HttpStatusCode.ServiceUnavailable, "store_unavailable");
            Assert.NotNull(answer.Headers.RetryAfter);
        }
        await server.StartAsync();
        await Poll.UntilAsync(async () =>
            (await SendAsync(target, "Bearer " + Key, Body(The.Subject))).StatusCode == HttpStatusCode.Accepted);

        Assert.False(await target.IsAliveAsync(browser));
    }

    private static string Json(string subject) => $$"""{"sub":"{{subject}}"}""";

    private static StringContent Body(string subject) => new(Json(subject), Encoding.UTF8, "application/json");

    private static async Task<HttpResponseMessage> SendAsync(LogoutTarget target, string? authorization, HttpContent body)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(target.System.Management, "/revocations")) { Content = body };
        if (authorization is not null) request.Headers.TryAddWithoutValidation("Authorization", authorization);
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
