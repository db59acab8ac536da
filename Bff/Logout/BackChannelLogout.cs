using Bff.Oidc;
using Bff.Sessions;
using Bff.Storage;

namespace Bff.Logout;

/// <summary>Carries out what the provider says: the user has signed out there, so here too (OpenID Connect Back-Channel Logout 2.7).</summary>
internal sealed partial class BackChannelLogout(LogoutTokenValidator validator, LogoutTokenStore received, UserSessions sessions, OidcOptions options, ILogger<BackChannelLogout> logger)
{
    internal abstract record Outcome
    {
        /// <summary>What there was has ended, which may be nothing.</summary>
        public sealed record Ended : Outcome;

        /// <param name="Reason">What was expected and not found, without any value of the token.</param>
        public sealed record Refused(string Reason) : Outcome;

        /// <summary>It can't be judged yet, or another request is at it; the provider should try again.</summary>
        public sealed record NotNow : Outcome;
    }

    public async Task<Outcome> CarryOutAsync(string logoutToken, CancellationToken cancellationToken) => await validator.ValidateAsync(logoutToken, cancellationToken) switch
    {
        // From here on nothing is given up halfway, whether the provider waits for the answer or not.
        LogoutTokenVerdict.Valid valid => await EndAsync(valid.Token),
        LogoutTokenVerdict.Invalid invalid => new Outcome.Refused(invalid.Reason),
        LogoutTokenVerdict.Undecided => new Outcome.NotNow(),
        var unknown => throw new InvalidOperationException($"No such verdict: {unknown}"),
    };

    private async Task<Outcome> EndAsync(LogoutToken token)
    {
        if (!await received.TryTakeAsync(token)) return await received.IsDoneAsync(token) ? new Outcome.Refused("expected a jti that was not carried out already") : new Outcome.NotNow();
        try
        {
            var count = await sessions.EndAllAsync(GroupsOf(token), EndReason.ProviderLogout);
            await received.KeepAsync(token);
            Log.Ended(logger, count);
            return new Outcome.Ended();
        }
        catch (Exception exception) when (RedisConnection.IsFault(exception))
        {
            await received.ReleaseAsync(token);
            throw;
        }
    }

    /// <summary>Both together name the sessions that are of both: a session at the provider may not be known here, or be another user's by now.</summary>
    private List<SessionGroup> GroupsOf(LogoutToken token)
    {
        List<SessionGroup> groups = [];
        if (token.Subject is { } subject) groups.Add(SessionGroup.OfUser(options.Authority, subject));
        if (token.ProviderSession is { } sid) groups.Add(SessionGroup.OfProviderSession(options.Authority, sid));
        return groups;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "A logout at the provider ended {Count} sessions here.")]
        public static partial void Ended(ILogger logger, int count);
    }
}
