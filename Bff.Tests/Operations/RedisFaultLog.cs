using System.Net;
using Bff.Tests.Hosting;

namespace Bff.Tests.Operations;

/// <summary>What a system's log and its readiness say about its Redis.</summary>
internal static class RedisFaultLog
{
    public const string Password = "a-secret-of-redis";

    public static async Task AssertRefusedAsync(Browser browser, BffSystem system, Uri url)
    {
        using var refused = await browser.FetchAsync(system.Spa, HttpMethod.Get, url, [("Accept", "application/json"), ("X-CSRF", "1")]);
        await refused.ProblemAsync(HttpStatusCode.ServiceUnavailable, "store_unavailable");
    }

    public static List<string> Lines(BffSystem system) =>
        [.. system.Logs.Events.Select(line => line.Message).Where(line => line.StartsWith("Redis failed: ", StringComparison.Ordinal))];

    /// <summary>Waits for the line: the Redis client reports an error reply on its own thread, perhaps after the response.</summary>
    public static async Task AssertNamedAsync(BffSystem system, string cause, int? times = null)
    {
        List<string> Named() => Lines(system).FindAll(line => line.Contains(cause, StringComparison.Ordinal));
        string Found() => $"{cause} is named {Named().Count} times:\n{system.Logs.All}";
        await Poll.UntilAsync(() => Named().Count >= (times ?? 1), Found);
        Assert.True(times is null || Named().Count == times, Found());
        Assert.DoesNotContain("Exception", string.Concat(Lines(system)), StringComparison.Ordinal);
        foreach (var secret in (string[])[Password, "the-right-one", "session:", "keys", "{"])
        {
            Assert.DoesNotContain(secret, string.Concat(Lines(system)), StringComparison.Ordinal);
        }
    }

    public static async Task<HttpStatusCode> ReadyAsync(BffSystem system)
    {
        using var client = new HttpClient();
        using var answer = await client.GetAsync(new Uri(system.Management, "/health/ready"), TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }
}
