using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Bff.Tests.Hosting;

namespace Bff.Tests.Resilience;

/// <summary>
/// A Redis that accepts everything and answers nothing, or late: worse than one that is gone, since everybody waits for it.
/// </summary>
[Collection(Alone.Name)]
[Row("OPS-02")]
public sealed class FrozenRedisTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task A_frozen_Redis_is_503_within_five_seconds_and_the_process_recovers()
    {
        await using var redis = await RedisServer.StartNewAsync();
        await using var fleet = await Fleet.StartAsync(redis.Configuration, instances: 1);
        var users = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => fleet.SignInAsync()));
        var (threads, files) = (fleet[0].Threads, fleet[0].OpenFiles);
        var (most, alive, answers) = (threads, new ConcurrentBag<TimeSpan>(), new ConcurrentBag<(HttpStatusCode Status, TimeSpan Took)>());

        await redis.FreezeAsync();
        var frozen = Stopwatch.GetTimestamp();
        bool Frozen() => Stopwatch.GetElapsedTime(frozen) < TimeSpan.FromSeconds(10);
        // Sixty requests at any time: more than there are threads.
        var asking = Enumerable.Range(0, 60).Select(async i =>
        {
            while (Frozen())
            {
                var asked = Stopwatch.GetTimestamp();
                using var answer = await ((i % 6) switch
                {
                    0 => users[i % 5].RefreshAsync(),
                    1 => users[i % 5].ApiAsync(),
                    _ =>
                    users[i % 5].MeAsync()
                });
                answers.Add((answer.StatusCode, Stopwatch.GetElapsedTime(asked)));
                if (answer.StatusCode == HttpStatusCode.ServiceUnavailable) Assert.False(answer.Headers.Contains("Set-Cookie"));
                await Task.Delay(100);
            }
        }).ToArray();
        while (Frozen())
        {
            var asked = Stopwatch.GetTimestamp();
            Assert.Equal(HttpStatusCode.OK, await fleet[0].HealthAsync("live"));
            alive.Add(Stopwatch.GetElapsedTime(asked));
            most = Math.Max(most, fleet[0].Threads);
            await Task.Delay(200, TestContext.Current.CancellationToken);
        }
        await Task.WhenAll(asking);
        await redis.ThawAsync();
        await fleet[0].ReadyAsync();

        output.WriteLine($"{answers.Count} answers, the slowest took {answers.Max(answer => answer.Took).TotalSeconds:F2} s; "
            + $"{alive.Count} times /health/live, the slowest took {alive.Max().TotalSeconds:F2} s; threads {threads}, at most {most}; "
            + $"open files {files}, afterwards {fleet[0].OpenFiles}.");
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.Status));
        Assert.All(answers, answer => Assert.InRange(answer.Took, TimeSpan.Zero, Promised));
        Assert.All(alive, took => Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(2)));
        // The pool adds some when the machine is busy; that each of sixty requests holds one is another thing.
        Assert.True(most < threads + 50, $"{threads} threads became {most}: requests hold them while they wait.");
        foreach (var user in users) Assert.Equal(HttpStatusCode.OK, (await user.MeAsync()).StatusCode);
    }

    [Fact]
    public async Task A_slow_one_is_borne_up_to_the_limit_of_a_command_and_503_in_time_beyond()
    {
        await using var redis = await RedisServer.StartNewAsync();
        await using var way = new DelayingProxy(redis.Port);
        await using var fleet = await Fleet.StartAsync($"127.0.0.1:{way.Port}", instances: 1);
        using var user = await fleet.SignInAsync();

        way.Delay = TimeSpan.FromMilliseconds(300);
        Assert.Equal(HttpStatusCode.OK, (await user.MeAsync()).StatusCode);
        using (var other = await fleet.SignInAsync()) Assert.Equal(HttpStatusCode.OK, (await other.RefreshAsync()).StatusCode);
        way.Delay = TimeSpan.FromSeconds(6);
        foreach (var (method, path) in ((string, string)[])[("GET", "/me"), ("POST", "/refresh"), ("GET", "/api/hello"),
            ("GET", "/login"), ("POST", "/logout")])
        {
            var asked = Stopwatch.GetTimestamp();
            using var answer = await user.CallAsync(new HttpMethod(method), path);
            output.WriteLine($"{method} {path}: {answer.StatusCode} in {Stopwatch.GetElapsedTime(asked).TotalSeconds:F2} s");
            Assert.InRange(Stopwatch.GetElapsedTime(asked), TimeSpan.Zero, Promised);
            await answer.ProblemAsync(HttpStatusCode.ServiceUnavailable, "store_unavailable");
            Assert.False(answer.Headers.Contains("Set-Cookie"));
        }
        way.Delay = TimeSpan.Zero;
        await fleet[0].ReadyAsync();
        // What was under way when it was slow still comes late.
        await Poll.UntilAsync(async () => (await user.CallAsync(HttpMethod.Get, "/login")).StatusCode != HttpStatusCode.ServiceUnavailable);

        // The last command it got is of /logout: it has executed it, whatever the response was. All others are signed in.
        using var next = await fleet.SignInAsync();
        Assert.Equal(HttpStatusCode.OK, (await next.MeAsync()).StatusCode);
    }
}
