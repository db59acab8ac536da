using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Bff.Local.Api;

/// <summary>The issuer's signing keys: read when they are old or a token names an unknown one, kept while the issuer is away.</summary>
internal sealed class IssuerKeys(ApiOptions options, TimeProvider clock) : IDisposable
{
    /// <summary>However many unknown keys tokens name and however reads end, the issuer is asked no more often.</summary>
    public static readonly TimeSpan CoolDown = TimeSpan.FromSeconds(5);

    /// <summary>What both documents together may take.</summary>
    public static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(3);

    /// <summary>How long a key that the issuer has withdrawn may still verify.</summary>
    public static readonly TimeSpan MaximumAge = TimeSpan.FromMinutes(5);

    private static readonly HttpClient Http = new() { Timeout = ReadTimeout };

    private readonly SemaphoreSlim reading = new(1);
    private readonly HttpDocumentRetriever documents = new(Http)
    {
        RequireHttps = !(options.AllowHttp || new Uri(options.Issuer).IsLoopback),
    };

    private ICollection<SecurityKey>? keys;
    private DateTimeOffset triedAt = DateTimeOffset.MinValue;
    private DateTimeOffset readAt = DateTimeOffset.MinValue;

    /// <summary>All keys known after looking for that one, or null while none could ever be read.</summary>
    public async Task<ICollection<SecurityKey>?> ForAsync(string keyId, CancellationToken cancellation)
    {
        if (!IsDue(keyId))
        {
            return keys;
        }

        await reading.WaitAsync(cancellation);
        try
        {
            if (IsDue(keyId))
            {
                await ReadAsync();
            }
        }
        finally
        {
            reading.Release();
        }

        return keys;
    }

    public void Dispose() => reading.Dispose();

    private bool IsDue(string keyId)
    {
        var now = clock.GetUtcNow();
        return now - triedAt >= CoolDown && (now - readAt >= MaximumAge || keys?.Any(key => key.KeyId == keyId) != true);
    }

    // Not the caller's to cancel: others wait for it.
    private async Task ReadAsync()
    {
        try
        {
            // The retriever passes no cancellation on.
            var metadata = await OpenIdConnectConfigurationRetriever.GetAsync(
                options.Issuer + "/.well-known/openid-configuration", documents, CancellationToken.None).WaitAsync(ReadTimeout, clock);
            keys = metadata.SigningKeys;
            readAt = clock.GetUtcNow();
        }
        catch (Exception error) when (error is IOException or InvalidOperationException or OperationCanceledException or TimeoutException)
        {
            // The next request after the cool-down tries again.
        }
        finally
        {
            triedAt = clock.GetUtcNow();
        }
    }
}
