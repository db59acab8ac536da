using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Bff.Oidc;
using Bff.Storage;
using StackExchange.Redis;

namespace Bff.Logout;

/// <summary>Which logout tokens were carried out, on whichever instance: none is a second time (OpenID Connect Back-Channel Logout 2.6 (8)).</summary>
internal sealed class LogoutTokenStore(IDatabase redis, RedisKeys keys, TimeProvider time)
{
    private static readonly RedisValue UnderWay = "under way", Done = "done";

    /// <summary>An instance that dies with a token in its hands has not used it up: after this the provider's repetition is heard.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>Takes the token, once; what the taker does next is <see cref="KeepAsync"/> or <see cref="ReleaseAsync"/>.</summary>
    public Task<bool> TryTakeAsync(LogoutToken token) => redis.StringSetAsync(Key(token), UnderWay, Patience, When.NotExists);

    /// <summary>Whether it was carried out; else another request is at it.</summary>
    public async Task<bool> IsDoneAsync(LogoutToken token) => await redis.StringGetAsync(Key(token), RedisConnection.OfMaster) == Done;

    /// <summary>For as long as the token itself is good.</summary>
    public Task KeepAsync(LogoutToken token)
    {
        var left = token.AcceptableUntil - time.GetUtcNow();
        return redis.StringSetAsync(Key(token), Done, left > Patience ? left : Patience);
    }

    /// <summary>It was not carried out.</summary>
    public async Task ReleaseAsync(LogoutToken token)
    {
        try
        {
            await redis.KeyDeleteAsync(Key(token));
        }
        catch (Exception exception) when (RedisConnection.IsFault(exception))
        {
            // It expires by itself.
        }
    }

    // The id is the provider's text, of any form; there is one provider at a time, and a hash of what it chose tells nothing.
    private RedisKey Key(LogoutToken token) => keys.ProviderLogout(Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(token.Id)).AsSpan(0, 16)));
}
