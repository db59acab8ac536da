using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Bff.Oidc;
using Bff.Sessions;
using Bff.Storage;
using StackExchange.Redis;

namespace Bff.Logout;

/// <summary>Ends the sessions that a logout token names (OpenID Connect Back-Channel Logout 2.7).</summary>
internal sealed class BackChannelLogout(
    SignedTokens signedTokens, SessionEnding ending, RedisCommands redis, RedisKeys keys, OidcOptions options, TimeProvider time)
{
    /// <exception cref="RedisException">Redis failed: the provider should send the token again.</exception>
    public async Task<Verdict<LogoutToken>> EndAsync(string logoutToken, CancellationToken cancellationToken)
    {
        var verdict = await signedTokens.JudgeLogoutTokenAsync(logoutToken, cancellationToken);
        if (verdict is not Verdict<LogoutToken>.Accepted { Value: var token }) return verdict;

        // 2.6 (8). The id is the provider's text, of any form.
        var used = keys.LogoutToken(Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(token.Id)).AsSpan(0, 16)));
        if (await redis.KeyExistsAsync(used, RedisConnection.FromPrimary))
            return new Verdict<LogoutToken>.Refused("expected a jti that was not used before");
        await ending.EndAllAsync(IndexesOf(token), EndReason.ProviderLogout);
        // Last: after a fault the provider's next attempt is accepted. To end twice does no harm.
        await redis.StringSetAsync(used, "", token.AcceptableUntil - time.GetUtcNow());
        return verdict;
    }

    /// <summary>
    /// With sub and sid, the sessions of both: the session at the provider may be unknown here, or be another user's by now.
    /// </summary>
    private List<SessionIndexKey> IndexesOf(LogoutToken token)
    {
        List<SessionIndexKey> indexes = [];
        if (token.Subject is { } subject) indexes.Add(SessionIndexKey.OfUser(options.Authority, subject));
        if (token.ProviderSession is { } sid) indexes.Add(SessionIndexKey.OfProviderSession(options.Authority, sid));
        return indexes;
    }
}
