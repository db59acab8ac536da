using System.Diagnostics;
using System.Net;
using Bff.Tests.Hosting;

namespace Bff.Tests.Compose;

/// <summary>Redis goes away under a signed-in person and comes back with its data.</summary>
[Collection(ComposedSystem.Name)]
public sealed class RedisOutageTests
{
    [ComposeFact]
    public Task While_Redis_is_stopped_it_is_503_and_afterwards_the_user_is_still_signed_in() =>
        OutageAsync(() => Containers.StopAsync("redis"));

    [ComposeFact]
    public Task A_killed_Redis_has_lost_no_session() =>
        OutageAsync(() => Containers.KillAsync("redis"));

    private static async Task OutageAsync(Func<Task> end)
    {
        using var person = await Person.SignedInAsync();
        var cookie = person.SessionCookie;
        var me = await person.FetchJsonAsync(HttpMethod.Get, "/me");

        await end();
        try
        {
            await UnavailableAsync(person, HttpMethod.Get, "/me");
            await UnavailableAsync(person, HttpMethod.Get, "/api/hello");
            await UnavailableAsync(person, HttpMethod.Post, "/refresh");
            Assert.Equal(cookie, person.SessionCookie);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, await ReadinessAsync());
        }
        finally
        {
            await Containers.StartAsync("redis");
        }

        await Containers.WaitUntilHealthyAsync("bff");
        var again = await person.FetchJsonAsync(HttpMethod.Get, "/me");
        Assert.Equal(me["session"]!["id"]!.ToString(), again["session"]!["id"]!.ToString());
        await person.FetchJsonAsync(HttpMethod.Get, "/api/hello");
    }

    private static async Task UnavailableAsync(Person person, HttpMethod method, string path)
    {
        var started = Stopwatch.GetTimestamp();
        using var response = await person.FetchAsync(method, path);

        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(5));
        await response.ProblemAsync(HttpStatusCode.ServiceUnavailable, "store_unavailable");
        Assert.NotNull(response.Headers.RetryAfter);
        Assert.False(response.Headers.Contains("Set-Cookie"));
    }

    private static async Task<HttpStatusCode> ReadinessAsync()
    {
        using var client = new HttpClient();
        using var response = await client.GetAsync(new Uri(await Containers.PublishedAsync("bff", 9090), "/health/ready"),
            TestContext.Current.CancellationToken);
        return response.StatusCode;
    }
}
