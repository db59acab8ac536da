using Bff.Tests.Hosting;

namespace Bff.Tests.Proxy;

/// <summary>What no field may hold (RFC 9110 sections 5.1 and 5.5), beside bytes that it may.</summary>
public sealed class ControlCharacterTests(SharedRedis redis)
{
    [Theory]
    [InlineData("X-Name: Ren\0"), InlineData("X-Name: \0\u00e9"), InlineData("User-Agent: \0"), InlineData("X-Name: a\rb")]
    [InlineData("X-Name: a\nX-Evil: 1")]
    [InlineData("X-Name: \u0001"), InlineData("X-Name: \u001b[31m"), InlineData("X-Name: a\u007fb"), InlineData("User-Agent: \u0007")]
    [InlineData("Content-Language: \u00e9\u000b"), InlineData("X-N\u00e9: 1"), InlineData("\u00e9: 1"), InlineData("X-Name\u00a0: 1")]
    public async Task Control_characters_in_values_and_other_bytes_in_names_are_400(string field)
    {
        await using var api = await RecordingApi.StartAsync();
        await using var user = await SignedIn.StartAsync(redis, api.Settings);

        foreach (var line in new[] { "GET /api/x", "GET /me", "POST /logout" })
            Assert.Equal(400, (await user.SendAsync(line, [field])).Status);
        Assert.Empty(api.Requests);
    }

    [Theory]
    [InlineData("X-Own: \u0001"), InlineData("X-Own: \u00e9\u001b[31m"), InlineData("Content-Disposition: a\u007fb")]
    [InlineData("Location: /api/\u0007")]
    [InlineData("X-\u00d6wn: 1"), InlineData("\u00e9: 1"), InlineData("X-Own\u00a0: 1")]
    public async Task An_answer_with_control_characters_or_other_bytes_in_names_is_502(string field)
    {
        using var api = new RawApi();
        await using var user = await SignedIn.StartAsync(redis, api.Settings);
        api.Says($"HTTP/1.1 200 OK\r\n{field}\r\nContent-Length: 2\r\n\r\nok");

        var answer = await user.SendAsync("POST /api/x");

        Assert.True(answer.Status == 502 && answer.IsProblem("internal_error"), answer.Text);
        Assert.DoesNotContain("later", answer.Body, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("X-Own: \u00e9\0b"), InlineData("X-Own: \u00e9\rSet-Cookie: canary=1"), InlineData("X-Own: \u00e9\nSet-Cookie: canary=1")]
    [InlineData("X-Own: \u00e9\r\n Set-Cookie: canary=1"), InlineData("Location: /\u00e9\r\n\tSet-Cookie: canary=1")]
    public async Task What_would_end_a_field_of_an_answer_does_not_pass(string field)
    {
        using var api = new RawApi();
        await using var user = await SignedIn.StartAsync(redis, api.Settings);
        api.Says($"HTTP/1.1 200 OK\r\n{field}\r\nContent-Length: 2\r\n\r\nok");

        var head = (await user.SendAsync("GET /api/x")).Text.Split("\r\n\r\n")[0].Split("\r\n");

        Assert.DoesNotContain(head, line => line.StartsWith("Set-Cookie", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(head, line => line.IndexOfAny(['\r', '\n', '\0']) >= 0);
    }
}
