using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Threading.RateLimiting;
using Bff.Errors;
using Bff.Oidc;
using Bff.Sessions;

namespace Bff.Refresh;

/// <summary>Asks the provider for new tokens and judges what comes. Changes nothing in Redis.</summary>
internal sealed partial class TokenRenewal(
    ProviderMetadata provider, TokenClient tokens, SignedTokens signedTokens, ProviderPause pause, OidcOptions options,
    TimeProvider time, ILogger<TokenRenewal> logger) : IDisposable
{
    /// <summary>
    /// Refreshes of one instance at the provider at the same time. A provider's quota is for all instances together (Cognito: 120
    /// per second).
    /// </summary>
    private const int MaximumConcurrent = 20;

    private readonly ConcurrencyLimiter places =
        new(new ConcurrencyLimiterOptions { PermitLimit = MaximumConcurrent, QueueLimit = int.MaxValue });

    internal abstract record Result
    {
        public sealed record Renewed(Session Session) : Result;

        /// <summary>The grant is over, or the answer cannot be trusted.</summary>
        /// <param name="RefreshToken">What is left to revoke.</param>
        public sealed record Refused(string Reason, string? RefreshToken) : Result;

        /// <summary>No usable answer, or the provider is left alone.</summary>
        public sealed record Unavailable(TimeSpan RetryAfter) : Result;

        /// <summary>Nothing was asked: another instance holds the lease now.</summary>
        public sealed record LeaseLost : Result;

        public sealed override string ToString() => GetType().Name;
    }

    /// <summary>Whether a refresh would be refused or have to wait at present.</summary>
    public bool WouldWait => pause.Remaining is not null || places.GetStatistics()?.CurrentAvailablePermits is 0;

    public async Task<Result> RenewAsync(Session session, RefreshLease lease)
    {
        if (pause.Remaining is { } left) return new Result.Unavailable(left);
        using var place = await WaitForPlaceAsync();
        if (place is null) return new Result.Unavailable(Soon());
        if (await provider.GetAsync(CancellationToken.None) is not { } metadata)
        {
            pause.Failed(isThrottled: false, asked: null);
            return new Result.Unavailable(pause.Remaining ?? Problem.DefaultRetryAfter);
        }
        // Waiting may have taken longer than the lease: a refresh token that another instance has used must not be sent (RFC 9700
        // section 4.14.2).
        if (!await lease.ExtendAsync()) return new Result.LeaseLost();

        return await tokens.RefreshAsync(metadata, session.Tokens.RefreshToken!, CancellationToken.None) switch
        {
            TokenResult.Granted granted => await JudgeAsync(session, granted.Tokens),
            TokenResult.Refused refused when EndsTheGrant(refused.Error, session) => new Result.Refused(refused.Error, RefreshToken: null),
            // Without a valid access token the session would neither be refreshed nor end.
            TokenResult.Unavailable { IsProviderWell: true, MayBeInvalidGrant: true } when HasExpired(session) =>
                new Result.Refused(TokenError.InvalidGrant, RefreshToken: null),
            // Any other refusal is about this request or our registration, not the end of the grant.
            TokenResult.Refused or TokenResult.Unavailable { IsProviderWell: true } => new Result.Unavailable(Problem.DefaultRetryAfter),
            TokenResult.Unavailable unavailable =>
                new Result.Unavailable(pause.Remaining ?? unavailable.RetryAfter ?? Problem.DefaultRetryAfter),
            var unknown => throw new InvalidOperationException($"No such token result: {unknown}"),
        };
    }

    public void Dispose() => places.Dispose();

    private async Task<Result> JudgeAsync(Session session, TokenResponse response)
    {
        var expected = new IdTokenExpectation.AtRefresh(response.AccessToken, session.Subject, session.Nonce);
        var verdict = response.IdToken is null ? null
            : await signedTokens.JudgeAsync(response.IdToken, expected, CancellationToken.None);
        if (verdict is Verdict<IdToken>.Refused refused)
            return new Result.Refused(refused.Reason, response.RefreshToken ?? session.Tokens.RefreshToken);

        // No ID token, or no keys to judge it: the user is the same, and the tokens are kept, because with rotation the old refresh
        // token is used up.
        var valid = (verdict as Verdict<IdToken>.Accepted)?.Value;
        if (valid is not null && HasMoved(session.Claims.Find("auth_time"), valid.Claims["auth_time"]))
            Log.AuthTimeMoved(logger, session.Id.LogName);
        return new Result.Renewed(session with
        {
            Claims = valid is null ? session.Claims : UserClaims.Of(valid.Claims),
            Tokens = session.Tokens.RenewedBy(response, valid is null ? null : response.IdToken, time.GetUtcNow()),
        });
    }

    /// <summary>A demand for the user's presence ends the session once its access token has expired: until then it serves.</summary>
    private bool EndsTheGrant(string error, Session session) =>
        error == TokenError.InvalidGrant || (error is "interaction_required" or "login_required" or "consent_required"
            && HasExpired(session));

    private bool HasExpired(Session session) => session.Tokens.ExpiresAt <= time.GetUtcNow();

    /// <summary>OpenID Connect Core 12.2 forbids it. A missing value proves nothing.</summary>
    private static bool HasMoved(JsonNode? before, JsonNode? after) =>
        before is not null && after is not null && !JsonNode.DeepEquals(before, after);

    private async Task<RateLimitLease?> WaitForPlaceAsync()
    {
        using var timeout = new CancellationTokenSource(options.BackchannelTimeout);
        try
        {
            return await places.AcquireAsync(1, timeout.Token);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>Random, or all who found no place would come back together.</summary>
    private static TimeSpan Soon() => TimeSpan.FromSeconds(RandomNumberGenerator.GetInt32(1, 4));

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "A refresh of session {Session} changed auth_time. "
            + "The provider must keep the time of the sign-in (OpenID Connect Core 12.2). The session is kept.")]
        public static partial void AuthTimeMoved(ILogger logger, string session);
    }
}
