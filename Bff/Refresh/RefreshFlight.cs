using Bff.Storage;

namespace Bff.Refresh;

/// <summary>
/// One refresh under way on this instance, and who waits for it. Tokens that have come and cannot be written because Redis stumbles
/// are not given up, but nobody waits for that: it goes on behind the answer that Redis is unavailable.
/// </summary>
internal sealed class RefreshFlight
{
    /// <summary>With the time that one command may take, still within the five seconds promised.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly TaskCompletionSource<Exception> stumbled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task<RefreshOutcome> outcome;

    public RefreshFlight(Func<RefreshFlight, Task<RefreshOutcome>> refreshAsync) => outcome = Task.Run(() => refreshAsync(this), CancellationToken.None);

    /// <summary>Redis did not take what the refresh brought, and is tried again.</summary>
    public void Stumble(Exception fault) => stumbled.TrySetResult(fault);

    /// <summary>Completes when it is over, however it went.</summary>
    public Task OverAsync() => outcome.ContinueWith(_ => { }, TaskScheduler.Default);

    /// <param name="cancellationToken">Ends this caller's wait, not the refresh.</param>
    /// <exception cref="StoreUnavailableException">Redis takes nothing at present.</exception>
    public async Task<RefreshOutcome> WaitAsync(CancellationToken cancellationToken)
    {
        if (await Task.WhenAny(outcome, stumbled.Task).WaitAsync(cancellationToken) == outcome) return await outcome;
        try
        {
            return await outcome.WaitAsync(Patience, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new StoreUnavailableException("The renewed session could not be written yet.", await stumbled.Task);
        }
    }
}
