using Bff.Operations;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Bff.Oidc;

/// <summary>
/// The provider's discovery document and signing keys. They are read at the first use, again when a token names an unknown key, and once
/// an hour. What was read is kept until a later read succeeds.
/// </summary>
internal sealed partial class ProviderMetadata(
    IHttpClientFactory clients, OidcOptions options, TimeProvider time, Telemetry telemetry, ILogger<ProviderMetadata> logger) : IDisposable
{
    /// <summary>Unknown key ids cause at most one read in this time, however many arrive.</summary>
    public static readonly TimeSpan KeyRefreshCoolDown = TimeSpan.FromSeconds(30);

    /// <summary>After a failed first read the provider is asked again no sooner.</summary>
    public static readonly TimeSpan RetryAfterFailure = TimeSpan.FromSeconds(1);

    /// <summary>A key that the provider withdraws verifies nothing after this time, unless the provider cannot be reached.</summary>
    public static readonly TimeSpan MaximumAge = TimeSpan.FromHours(1);

    private readonly Lock gate = new();
    private volatile OpenIdConnectConfiguration? known;
    private Task<bool> reading = Task.FromResult(false);
    // Timestamps, not the time of day: a clock that is set back must not stop the reads.
    private long? readAt, keysReadAt;
    private ITimer? timer;

    /// <summary>
    /// The metadata; null while it could never be read or is refused (wrong issuer, no S256, http from an https provider).
    /// </summary>
    public async Task<OpenIdConnectConfiguration?> GetAsync(CancellationToken cancellationToken)
    {
        if (known is null) await ReadAsync(forKeys: false, cancellationToken);
        return known;
    }

    /// <summary>As <see cref="GetAsync"/>, but null as well when that takes longer than the timeout.</summary>
    public async Task<OpenIdConnectConfiguration?> GetWithinAsync(TimeSpan timeout)
    {
        using var deadline = new CancellationTokenSource(timeout);
        try
        {
            return await GetAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>Reads metadata and keys again because a token names an unknown key.</summary>
    /// <returns>Whether the keys are current; false when the read failed or the last one was less than a cool-down ago.</returns>
    public Task<bool> ReadKeysAgainAsync(CancellationToken cancellationToken) => ReadAsync(forKeys: true, cancellationToken);

    public void Dispose() => timer?.Dispose();

    /// <summary>
    /// Joins the read that is running, or starts one if the last was long enough ago. The read continues when its caller leaves.
    /// </summary>
    private async Task<bool> ReadAsync(bool forKeys, CancellationToken cancellationToken)
    {
        Task<bool> task;
        lock (gate)
        {
            if (reading.IsCompleted)
            {
                if (forKeys ? !IsPast(keysReadAt, KeyRefreshCoolDown) : !IsPast(readAt, RetryAfterFailure)) return false;
                readAt = time.GetTimestamp();
                if (forKeys) keysReadAt = readAt;
                reading = ReadDocumentsAsync();
            }
            task = reading;
        }
        try
        {
            return await task.WaitAsync(options.BackchannelTimeout, cancellationToken);
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private bool IsPast(long? since, TimeSpan wait) => since is not { } timestamp || time.GetElapsedTime(timestamp) >= wait;

    private async Task<bool> ReadDocumentsAsync()
    {
        var address = options.DiscoveryUrl;
        var documents = new ProviderDocuments(clients.CreateClient(ProviderHttp.ClientName), options.MayUseHttp, telemetry);
        try
        {
            var read = await OpenIdConnectConfigurationRetriever.GetAsync(address, documents, CancellationToken.None);
            if (ProviderMetadataFault.Of(read, options) is { } fault) return Failed(address, fault, remedy: "");
            known = read;
        }
        // The library lets through whatever its JSON readers throw. A document that it cannot read is no metadata.
        catch (Exception exception)
        {
            var remedy = documents.Address == address
                ? " Oidc:Authority must be the issuer; with Cognito that is"
                    + " https://cognito-idp.{region}.amazonaws.com/{userPoolId}, not the sign-in domain."
                : "";
            return Failed(documents.Address, ProviderFault.Of(exception), remedy);
        }
        ReadAgainIn(MaximumAge);
        if (ProviderMetadataFault.IsPoolWithoutDomain(known, options)) Log.PoolWithoutDomain(logger, options.Authority);
        return true;
    }

    private bool Failed(string address, string reason, string remedy)
    {
        if (known is not null) ReadAgainIn(KeyRefreshCoolDown);
        Log.Unreadable(logger, ProviderText.Printable(address), ProviderText.Printable(reason, length: 500), remedy);
        return false;
    }

    /// <summary>In the background, so that no request waits for it.</summary>
    private void ReadAgainIn(TimeSpan wait)
    {
        lock (gate)
        {
            timer ??= CreateTimer();
            timer.Change(wait, Timeout.InfiniteTimeSpan);
        }
    }

    private ITimer CreateTimer()
    {
        // Later reads are not part of the request that caused the first, or of its trace.
        using var suppressed = ExecutionContext.SuppressFlow();
        return time.CreateTimer(
            _ => _ = ReadAsync(forKeys: false, CancellationToken.None), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The provider's metadata at {Url} could not be read or was refused: {Reason}{Remedy}")]
        public static partial void Unreadable(ILogger logger, string url, string reason, string remedy);

        [LoggerMessage(2, LogLevel.Warning, "The user pool {Authority} has no domain:"
            + " its authorization and token endpoints do not work until one is added.")]
        public static partial void PoolWithoutDomain(ILogger logger, string authority);
    }
}
