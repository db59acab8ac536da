using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Bff.Oidc;

/// <summary>
/// The provider's discovery document and signing keys. Nothing is asked at start: the first use reads them, a failure is
/// tried again by a later use, and what was read once is kept while the provider is down.
/// </summary>
internal sealed partial class ProviderMetadata(IHttpClientFactory http, OidcOptions options, TimeProvider time, ILogger<ProviderMetadata> logger)
{
    /// <summary>At most one additional read of the keys in this time, however many unknown key ids arrive.</summary>
    public static readonly TimeSpan KeyRefreshCoolDown = TimeSpan.FromSeconds(30);

    /// <summary>A provider that could not be read is not asked again sooner.</summary>
    public static readonly TimeSpan RetryAfterFailure = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private volatile ConfigurationManager<OpenIdConnectConfiguration>? known;
    private Task<bool>? reading;
    private DateTimeOffset readAgainFrom = DateTimeOffset.MinValue;

    /// <summary>The metadata, or null while it could never be read or is refused (wrong issuer, no S256, http from an https provider).</summary>
    public async Task<OpenIdConnectConfiguration?> GetAsync(CancellationToken cancellationToken)
    {
        if (known is null) await ReadOnceAsync(RetryAfterFailure, cancellationToken);
        return await CurrentAsync(cancellationToken);
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

    /// <summary>Reads metadata and keys anew because a token names an unknown key, unless that was done a moment ago; null when they could not be read then.</summary>
    public async Task<OpenIdConnectConfiguration?> GetAnewAsync(CancellationToken cancellationToken) =>
        await ReadOnceAsync(KeyRefreshCoolDown, cancellationToken) ? await CurrentAsync(cancellationToken) : null;

    private async Task<OpenIdConnectConfiguration?> CurrentAsync(CancellationToken cancellationToken) =>
        known is { } manager ? await manager.GetConfigurationAsync(cancellationToken) : null;

    /// <summary>All callers share one read; it goes on when its caller leaves. Within the cool-down the last one counts.</summary>
    /// <returns>Whether the read succeeded.</returns>
    private async Task<bool> ReadOnceAsync(TimeSpan coolDown, CancellationToken cancellationToken)
    {
        Task<bool> task;
        lock (gate)
        {
            if (reading is null || (reading.IsCompleted && time.GetUtcNow() >= readAgainFrom))
            {
                readAgainFrom = time.GetUtcNow() + coolDown;
                reading = ReadAsync();
            }
            task = reading;
        }
        try
        {
            return await task.WaitAsync(options.BackchannelTimeout, cancellationToken);
        }
        catch (TimeoutException)
        {
            // The read may still succeed for the next caller; this one has waited long enough.
            return false;
        }
    }

    private async Task<bool> ReadAsync()
    {
        var validator = new ProviderMetadataValidator(options);
        // A manager of its own for each read: GetConfigurationAsync of a new one reads now and throws on failure,
        // while RequestRefresh only starts a read in the background that nobody can await.
        var manager = new ConfigurationManager<OpenIdConnectConfiguration>(
            options.Authority.TrimEnd('/') + "/.well-known/openid-configuration",
            new OpenIdConnectConfigurationRetriever(),
            new HttpDocumentRetriever(http.CreateClient(ProviderHttp.ClientName)) { RequireHttps = !options.MayUseHttp, SendAdditionalHeaderData = false },
            validator);
        try
        {
            var configuration = await manager.GetConfigurationAsync(CancellationToken.None);
            known = manager;
            if (configuration.AuthorizationEndpoint.StartsWith(options.Authority + "/", StringComparison.Ordinal) && options.IsCognito) Log.PoolWithoutDomain(logger, options.Authority);
            return true;
        }
        catch (InvalidOperationException exception)
        {
            Log.Unreadable(logger, options.Authority, validator.Fault ?? Innermost(exception).Message);
            return false;
        }
    }

    private static Exception Innermost(Exception exception) => exception.InnerException is { } inner ? Innermost(inner) : exception;

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The provider's metadata at {Authority} could not be read or was refused: {Reason}")]
        public static partial void Unreadable(ILogger logger, string authority, string reason);

        [LoggerMessage(2, LogLevel.Warning, "The user pool {Authority} has no domain: its authorization and token endpoints do not work until one is added.")]
        public static partial void PoolWithoutDomain(ILogger logger, string authority);
    }
}
