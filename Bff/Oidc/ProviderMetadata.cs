using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Bff.Oidc;

/// <summary>
/// The provider's discovery document and signing keys. The start or the first use reads them, a failure is
/// tried again by a later use, what was read is read again when it has aged, and kept while the provider is down.
/// </summary>
internal sealed partial class ProviderMetadata(
    IHttpClientFactory clients, OidcOptions options, TimeProvider time, ILogger<ProviderMetadata> logger) : IDisposable
{
    /// <summary>At most one additional read of the keys in this time, however many unknown key ids arrive.</summary>
    public static readonly TimeSpan KeyRefreshCoolDown = TimeSpan.FromSeconds(30);

    /// <summary>A provider that could not be read is not asked again sooner.</summary>
    public static readonly TimeSpan RetryAfterFailure = TimeSpan.FromSeconds(1);

    /// <summary>A key that the provider withdraws verifies nothing after this time, used or not, unless the provider can't be reached.</summary>
    public static readonly TimeSpan MaximumAge = TimeSpan.FromHours(1);

    private const string AuthorityRule = " Oidc:Authority must be the issuer;"
        + " with Cognito that is https://cognito-idp.{region}.amazonaws.com/{userPoolId}, not the sign-in domain.";

    private readonly Lock gate = new();
    private volatile OpenIdConnectConfiguration? known;
    private Task<bool>? reading;
    private int readsBegun;
    // Timestamps, not the time of day: a clock that is set back would keep everybody from reading.
    private long? readAt, keysReadAt;
    private ITimer? ageing;

    /// <summary>How many reads have begun: what one that begins later does not show, the provider does not publish.</summary>
    public int ReadsBegun => Volatile.Read(ref readsBegun);

    /// <summary>The metadata, or null while it could never be read or is refused (wrong issuer, no S256, http from an https provider).</summary>
    public async Task<OpenIdConnectConfiguration?> GetAsync(CancellationToken cancellationToken)
    {
        if (known is null) await ReadOnceAsync(forKeys: false, cancellationToken);
        return known;
    }

    /// <summary>As <see cref="GetAsync"/>, but null as well when that takes longer than the caller can wait.</summary>
    public async Task<OpenIdConnectConfiguration?> GetWithinAsync(TimeSpan patience)
    {
        using var deadline = new CancellationTokenSource(patience);
        try
        {
            return await GetAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>Reads metadata and keys anew because a token names an unknown key, unless that was done a moment ago.</summary>
    /// <param name="readsBefore"><see cref="ReadsBegun"/> when the token came.</param>
    /// <returns>What is known now, and whether a read that began after the token came has brought it.</returns>
    public async Task<(OpenIdConnectConfiguration? Metadata, bool IsCurrent)> GetAnewAsync(int readsBefore, CancellationToken cancellationToken)
    {
        var (succeeded, number) = await ReadOnceAsync(forKeys: true, cancellationToken);
        return (known, succeeded && number > readsBefore);
    }

    public void Dispose() => ageing?.Dispose();

    /// <summary>All callers share one read; it goes on when its caller leaves. Within the cool-down the last one counts.</summary>
    /// <returns>Whether the read succeeded, and which one it was.</returns>
    private async Task<(bool Succeeded, int Number)> ReadOnceAsync(bool forKeys, CancellationToken cancellationToken)
    {
        Task<bool> task;
        int number;
        lock (gate)
        {
            if (reading is null || (reading.IsCompleted && (forKeys ? IsPast(keysReadAt, KeyRefreshCoolDown) : IsPast(readAt, RetryAfterFailure))))
            {
                readsBegun++;
                readAt = time.GetTimestamp();
                if (forKeys) keysReadAt = readAt;
                reading = ReadAsync();
            }
            (task, number) = (reading, readsBegun);
        }
        try
        {
            return (await task.WaitAsync(options.BackchannelTimeout, cancellationToken), number);
        }
        catch (TimeoutException)
        {
            // The read may still succeed for the next caller; this one has waited long enough.
            return (false, number);
        }
    }

    private bool IsPast(long? since, TimeSpan wait) => since is not { } timestamp || time.GetElapsedTime(timestamp) >= wait;

    private async Task<bool> ReadAsync()
    {
        var address = options.Authority.TrimEnd('/') + "/.well-known/openid-configuration";
        var validator = new ProviderMetadataValidator(options);
        // A manager of its own for each read: GetConfigurationAsync of a new one reads now and throws on failure,
        // while RequestRefresh only starts a read in the background that nobody can await.
        var documents = new ReadableKeys(new HttpDocumentRetriever(clients.CreateClient(ProviderHttp.ClientName))
        {
            RequireHttps = !options.MayUseHttp,
            SendAdditionalHeaderData = false,
        });
        var manager = new ConfigurationManager<OpenIdConnectConfiguration>(
            address, new OpenIdConnectConfigurationRetriever(), documents, validator);
        try
        {
            var configuration = await manager.GetConfigurationAsync(CancellationToken.None);
            known = configuration;
            ReadAgainIn(MaximumAge);
            if (configuration.AuthorizationEndpoint.StartsWith(options.Authority + "/", StringComparison.Ordinal) && options.IsCognito) Log.PoolWithoutDomain(logger, options.Authority);
            return true;
        }
        catch (InvalidOperationException exception)
        {
            if (known is not null) ReadAgainIn(KeyRefreshCoolDown);
            // What the validator refuses is in the first document, whichever was read last.
            var (url, reason) = validator.Fault is { } fault ? (address, fault) : (documents.Address, ProviderFault.Of(exception));
            var remedy = validator.Fault is null && url == address ? AuthorityRule : "";
            Log.Unreadable(logger, ProviderText.Printable(url), ProviderText.Printable(reason, length: 500), remedy);
            return false;
        }
    }

    /// <summary>In the background: nobody waits for it, and nobody's wait depends on a provider that is down.</summary>
    private void ReadAgainIn(TimeSpan wait)
    {
        lock (gate)
        {
            ageing ??= time.CreateTimer(_ => _ = ReadOnceAsync(forKeys: false, CancellationToken.None), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            ageing.Change(wait, Timeout.InfiniteTimeSpan);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The provider's metadata at {Url} could not be read or was refused: {Reason}{Remedy}")]
        public static partial void Unreadable(ILogger logger, string url, string reason, string remedy);

        [LoggerMessage(2, LogLevel.Warning, "The user pool {Authority} has no domain: its authorization and token endpoints do not work until one is added.")]
        public static partial void PoolWithoutDomain(ILogger logger, string authority);
    }
}
