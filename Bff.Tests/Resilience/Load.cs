using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;

namespace Bff.Tests.Resilience;

/// <summary>Users at work on all instances at once, and what each of their requests was answered.</summary>
internal sealed class Load : IAsyncDisposable
{
    private readonly Fleet fleet;
    private readonly FleetBrowser[] users;
    private readonly ConcurrentQueue<Answer> answers = new();
    private readonly ConcurrentQueue<(FleetBrowser Browser, long At)> signedIn = new();
    private readonly CancellationTokenSource ending = new();
    private readonly Task[] working;

    private Load(Fleet fleet, FleetBrowser[] users)
    {
        (this.fleet, this.users) = (fleet, users);
        working = [.. users.Select(WorkAsync), SignInAsync()];
    }

    /// <param name="What">The request, by its path.</param>
    /// <param name="At">When it was answered, by the stopwatch.</param>
    internal sealed record Answer(string What, HttpStatusCode Status, string Says, TimeSpan Took, long At);

    public IReadOnlyCollection<Answer> Answers => answers;

    /// <summary>Everybody who signed in while it lasted, and when that was acknowledged.</summary>
    public IReadOnlyCollection<(FleetBrowser Browser, long At)> SignedIn => signedIn;

    /// <summary>
    /// Each of the users asks for <c>/me</c>, the API and new tokens, and others sign in at the same time, until <see cref="EndAsync"/>.
    /// </summary>
    public static Load Start(Fleet fleet, params FleetBrowser[] users) => new(fleet, users);

    public async Task EndAsync()
    {
        await ending.CancelAsync();
        await Task.WhenAll(working);
    }

    /// <summary>Everything that was answered otherwise than with 200.</summary>
    public Answer[] Failures => [.. answers.Where(answer => answer.Status is not HttpStatusCode.OK)];

    /// <summary>What the users saw, in a few lines.</summary>
    public string Figures(long since)
    {
        var failures = Failures;
        var groups = answers.GroupBy(answer => (answer.What, answer.Status)).OrderBy(group => group.Key.What, StringComparer.Ordinal)
            .Select(group => $"{group.Key.What} {(int)group.Key.Status}: {group.Count()}");
        var span = failures is [] ? "none" : $"for requests made {failures.Min(answer => AskedAfter(since, answer)).TotalSeconds:F2} s "
            + $"to {failures.Max(answer => AskedAfter(since, answer)).TotalSeconds:F2} s after";
        return $"{answers.Count} answers ({string.Join(", ", groups)}); failures {span}; the slowest took "
            + $"{answers.Max(answer => answer.Took).TotalSeconds:F2} s; {signedIn.Count} sign-ins.";
    }

    /// <summary>Whatever went wrong was 503 <c>store_unavailable</c> (or a sign-in that must begin again), and over in time.</summary>
    public void AssertUnavailableOnly(long since, TimeSpan atMost)
    {
        Assert.All(Failures.Where(failure => !BeginsAnew(failure)), failure =>
            Assert.True(failure.Status == HttpStatusCode.ServiceUnavailable
            && failure.Says.Contains("store_unavailable", StringComparison.Ordinal), $"{failure}"));
        // A sign-in that was lost shows when its user comes back.
        Assert.All(Failures, failure => Assert.True(AskedAfter(since, failure) < (BeginsAnew(failure) ? atMost * 2 : atMost),
            $"{AskedAfter(since, failure)} after: {failure}"));
        Assert.All(answers, answer => Assert.True(answer.Took < TimeSpan.FromSeconds(5), $"{answer}"));
    }

    /// <summary>
    /// What a primary acknowledged but had not replicated is lost with it, also a sign-in that was under way: the user has to
    /// sign in again.
    /// It may have been the second one: Sentinels that are short of time now and then choose twice.
    /// </summary>
    private static bool BeginsAnew(Answer failure) =>
        failure.What == "/callback" && (failure.Status == HttpStatusCode.BadRequest
            || failure.Says.Contains("login_error=login_failed", StringComparison.Ordinal));

    private static TimeSpan AskedAfter(long since, Answer answer) => Stopwatch.GetElapsedTime(since, answer.At) - answer.Took;

    /// <summary>
    /// How many of those who signed in between the two moments are not signed in any more; outside of them no one may be missing.
    /// </summary>
    public async Task<string> LostAsync(long replicated, long killed)
    {
        var (lost, risked) = (0, 0);
        foreach (var (browser, at) in signedIn)
        {
            var found = (await browser.MeAsync()).StatusCode == HttpStatusCode.OK;
            // An answer a moment after the kill may be of a write a moment before.
            var risk = at > replicated && at < killed + Stopwatch.Frequency;
            Assert.True(found || risk, "A session that was replicated is gone.");
            if (risk) risked++;
            if (!found) lost++;
        }
        return $"{lost} of {risked} ({signedIn.Count} signed in altogether)";
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        foreach (var (browser, _) in signedIn) browser.Dispose();
        ending.Dispose();
    }

    private async Task WorkAsync(FleetBrowser user, int number)
    {
        for (var turn = number; !ending.IsCancellationRequested; turn++)
        {
            var (method, path) = ((turn * 7) % 10) switch
            {
                0 => (HttpMethod.Post, "/refresh"),
                < 4 =>
                (HttpMethod.Get, "/api/hello"),
                _ => (HttpMethod.Get, "/me")
            };
            await NoteAsync(path, () => user.CallAsync(method, path, turn % fleet.Instances.Count));
            await Task.Delay(20);
        }
    }

    private async Task SignInAsync()
    {
        for (var turn = 0; !ending.IsCancellationRequested; turn++)
        {
            var browser = fleet.Browser();
            foreach (var cookie in fleet.PoolCookies()) browser.Window.Cookies.Put(cookie);
            if (await NoteAsync("/login", async () =>
                (await browser.Window.NavigateAsync(new Uri(fleet.UrlOf(turn % fleet.Instances.Count), "/login"), typed: true)).Response)
                && await NoteAsync("/callback", async () =>
                    (await browser.Window.NavigateAsync(await browser.FollowUpToCallbackAsync((turn + 1) % fleet.Instances.Count),
                    typed: true)).Response)
                && browser.Session is not null)
            {
                signedIn.Enqueue((browser, Stopwatch.GetTimestamp()));
            }
            else
            {
                browser.Dispose();
            }
            await Task.Delay(50);
        }
    }

    private async Task<bool> NoteAsync(string what, Func<Task<HttpResponseMessage>> ask)
    {
        var asked = Stopwatch.GetTimestamp();
        using var answer = await ask();
        // A sign-in that goes on is as good as a 200.
        var status = answer.StatusCode == HttpStatusCode.Found
            && answer.Headers.Location?.Query.Contains("login_error", StringComparison.Ordinal) != true ? HttpStatusCode.OK
            : answer.StatusCode;
        var says = status == HttpStatusCode.OK ? "" : answer.Headers.Location + await answer.Content.ReadAsStringAsync();
        answers.Enqueue(new Answer(what, status, says, Stopwatch.GetElapsedTime(asked), Stopwatch.GetTimestamp()));
        return status == HttpStatusCode.OK;
    }
}
