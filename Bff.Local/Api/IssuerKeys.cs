using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Bff.Local.Api;

/// <summary>The issuer's signing keys: read when a token first names one that is not known, kept while the issuer is away.</summary>
internal sealed class IssuerKeys(ApiOptions options, TimeProvider clock) : IDisposable
{
    /// <summary>However many unknown keys tokens name, the issuer is asked no more often.</summary>
    public static readonly TimeSpan CoolDown = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim reading = new(1);
    private readonly HttpDocumentRetriever documents = new() { RequireHttps = !(options.AllowHttp || new Uri(options.Issuer).IsLoopback) };
    private ICollection<SecurityKey>? keys;
    private DateTimeOffset readAt = DateTimeOffset.MinValue;

    /// <summary>All keys known after looking for that one, or null while none could ever be read.</summary>
    public async Task<ICollection<SecurityKey>?> ForAsync(string keyId, CancellationToken cancellation)
    {
        if (Knows(keyId))
        {
            return keys;
        }

        await reading.WaitAsync(cancellation);
        try
        {
            if (!Knows(keyId) && clock.GetUtcNow() - readAt >= CoolDown)
            {
                await ReadAsync(cancellation);
            }
        }
        finally
        {
            reading.Release();
        }

        return keys;
    }

    public void Dispose() => reading.Dispose();

    private bool Knows(string keyId) => keys?.Any(key => key.KeyId == keyId) == true;

    private async Task ReadAsync(CancellationToken cancellation)
    {
        try
        {
            var metadata = await OpenIdConnectConfigurationRetriever.GetAsync(
                options.Issuer + "/.well-known/openid-configuration", documents, cancellation);
            keys = metadata.SigningKeys;
            readAt = clock.GetUtcNow();
        }
        catch (Exception error) when (error is IOException or InvalidOperationException)
        {
            // Whoever asks next tries again.
        }
    }
}
