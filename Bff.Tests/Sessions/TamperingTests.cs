using System.Text.RegularExpressions;
using Bff.Tests.Hosting;

namespace Bff.Tests.Sessions;

/// <summary>Cookie values that were never issued, byte for byte over a socket, and what of them reaches Redis.</summary>
[Row("SES-06", "ME-02")]
public sealed partial class TamperingTests
{
    private static readonly string[] Never =
    [
        "", "x", "*", "?", "[a-z]", "../", "../../etc/passwd", "%00", "%s%n", "%0d%0aFLUSHALL", "bff:keys", "session:*", "{}", "null",
        "undefined", "0", "-1", "true",
        "é\u00fc\u00ff", "\u0080\u0081", "eyJhbGciOiJub25lIn0.e30.", "' OR 1=1--", "$(id)", "<script>",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "CfDJ8", new('A', 511), new('A', 512), new('A', 513), new('A', 16_000),
    ];

    /// <summary>What is no HTTP at all may be refused as that.</summary>
    private static readonly string[] Malformed = ["a\r\nFLUSHALL", "a\0b", "a\rb", "a\nFLUSHALL\nb", "a\r\n KEYS *"];

    [Fact]
    public async Task A_value_that_was_never_given_out_is_401_and_reaches_Redis_in_no_command()
    {
        await using var redis = await RedisServer.StartNewAsync();
        await using var system = await BffSystem.StartAsync(redis.Configuration);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        var given = browser.Cookie(The.SessionCookie)!.Value;
        string[] bent = [given[..^1], given[1..], given + "A", given + "=", "A" + given, given.ToUpperInvariant(),
            given.ToLowerInvariant(), given[..20] + "*" + given[21..], given + given, given.Replace('-', '+').Replace('_', '/') + "==",
        new([.. given.Reverse()])];
        await using var monitor = await RedisMonitor.StartAsync(redis);

        foreach (var line in (string[])["GET /me HTTP/1.1", "POST /refresh HTTP/1.1", "GET /api/hello HTTP/1.1"])
        {
            foreach (var value in (string[])[.. Never, .. bent])
                Raw.AssertAnonymous(await Raw.CallAsync(system, Raw.Session(value), line), $"{line} {value}");
            foreach (var value in Malformed)
            {
                var answer = await Raw.CallAsync(system, Raw.Session(value), line);
                Assert.True(RawHttp.Status(answer) is 400 or 401, $"{line} {value}: {answer}");
                Assert.DoesNotContain("\nSet-Cookie:", answer, StringComparison.OrdinalIgnoreCase);
            }
        }
        Raw.AssertAnonymous(await RawHttp.SendAsync(system.Url, "GET /me HTTP/1.1",
            ["X-CSRF: 1", "Cookie: " + Raw.Session("\u00ff\u00fe")]), "no UTF-8");
        Assert.Equal(200, RawHttp.Status(await Raw.CallAsync(system, Raw.Session(given))));

        // Only the one genuine cookie led to a command about a key of ours.
        Assert.Contains("\"HMGET\"", Assert.Single(await monitor.TakeAsync(system)), StringComparison.Ordinal);
        Assert.Equal(0, system.Pool.Requests.Grants("refresh_token"));
    }

    [Fact, Row("SES-12")]
    public async Task All_that_Redis_is_ever_asked_is_about_keys_of_a_fixed_shape_and_never_a_search()
    {
        await using var redis = await RedisServer.StartNewAsync();
        await using var system = await BffSystem.StartAsync(redis.Configuration);
        await using var monitor = await RedisMonitor.StartAsync(redis);
        using var browser = system.Browser();

        await browser.SignInAsync(system, returnUrl: "/a*?b=[c]");
        await browser.NavigateAsync(new Uri(system.Url, "/callback?code=x&state=*%0d%0aFLUSHALL"), typed: true);
        system.Time.Advance(TimeSpan.FromMinutes(10));
        await browser.RefreshAsync(system);
        await browser.CallAsync(system, HttpMethod.Get, "/api/hello");
        await browser.LogoutAsync(system);

        // 1700000000.123456 [0 127.0.0.1:1234] "HMGET" "..."
        var commands = (await monitor.TakeAllAsync(system)).ConvertAll(line => line[(line.IndexOf(']', StringComparison.Ordinal) + 2)..]);
        Assert.All(commands, command =>
            Assert.DoesNotMatch("^\"(KEYS|SCAN|HSCAN|SSCAN|FLUSH\\w*|EVAL\\w*|SORT|RANDOMKEY|CONFIG\" \"SET)\"", command));
        var ours = commands.Where(command => command.Contains(system.KeyPrefix, StringComparison.Ordinal)).ToList();
        Assert.InRange(ours.Count, 10, 200);
        Assert.All(ours, command => Assert.Matches(FixedShape(), command.Replace(system.KeyPrefix, "", StringComparison.Ordinal)));
    }

    [GeneratedRegex("""^"[A-Z]+" "(keys|(session|lease|signed-in|signin|signin-return|user|sid):\{[A-Za-z0-9_-]{22}\})"( |$)|^"(UN)?SUBSCRIBE" "sessions"$|^"PUBLISH" "sessions" "[a-z_-]+ [A-Za-z0-9_-]{22} [A-Za-z0-9_-]{12} [a-z_]*"$""")]
    private static partial Regex FixedShape();
}
