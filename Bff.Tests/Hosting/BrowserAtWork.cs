using System.Collections.Concurrent;
using System.Net;

namespace Bff.Tests.Hosting;

/// <summary>A signed-in browser that asks for <c>/me</c>, the API and new tokens, over and over, while a secret changes.</summary>
internal sealed class BrowserAtWork : IAsyncDisposable
{
    private const int EnoughRounds = 5;

    private readonly BffSystem system;
    private readonly Browser browser;
    private readonly ConcurrentQueue<(string Request, HttpStatusCode Status)> answers = new();
    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly CancellationTokenSource ending = new();
    private readonly Task working;
    private volatile int rounds;

    private BrowserAtWork(BffSystem system, Browser browser)
    {
        (this.system, this.browser) = (system, browser);
        working = WorkAsync();
    }

    public static async Task<BrowserAtWork> StartAsync(BffSystem system)
    {
        var browser = system.Browser();
        await browser.SignInAsync(system);
        return new BrowserAtWork(system, browser);
    }

    /// <summary>Does what cuts a request that is under way, such as closing connections, between two requests.</summary>
    public async Task BetweenRequestsAsync(Func<Task> change)
    {
        await turn.WaitAsync();
        try
        {
            await change();
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Waits until it has worked for a while after the change as well, and prints what it was answered.</summary>
    public async Task NoticedNothingAsync(string change)
    {
        var before = rounds;
        await Poll.UntilAsync(() => Task.FromResult(rounds >= before + EnoughRounds || working.IsCompleted));
        await ending.CancelAsync();
        await working;

        var counts = answers.GroupBy(answer => answer).Select(group => $"{group.Key.Request} {(int)group.Key.Status}: {group.Count()}");
        TestContext.Current.TestOutputHelper!.WriteLine($"Change of {change} with a signed-in browser: {string.Join(", ", counts)}.");
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await working;
        browser.Dispose();
        ending.Dispose();
        turn.Dispose();
    }

    private async Task WorkAsync()
    {
        while (!ending.IsCancellationRequested)
        {
            await turn.WaitAsync();
            try
            {
                answers.Enqueue(("GET /me", (await browser.MeAsync(system)).StatusCode));
                answers.Enqueue(("GET /api/hello", (await browser.CallAsync(system, HttpMethod.Get, "/api/hello")).StatusCode));
                answers.Enqueue(("POST /refresh", (await browser.RefreshAsync(system)).StatusCode));
            }
            finally
            {
                turn.Release();
            }
            rounds++;
            await Task.Delay(10);
        }
    }
}
