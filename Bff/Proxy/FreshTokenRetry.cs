using System.Net;
using System.Net.Http.Headers;
using Bff.Refresh;
using Bff.Sessions;
using Bff.Storage;

namespace Bff.Proxy;

/// <summary>
/// After a 401 of the API, for example because the token was revoked, the tokens are refreshed. The request is sent a second time if it
/// has no body and is idempotent (RFC 9110 section 9.2.2). Otherwise the API's 401 passes unchanged.
/// </summary>
internal sealed class FreshTokenRetry(SessionRefresher refresher) : DelegatingHandler
{
    private static readonly HttpRequestOptionsKey<Session> SessionKey = new("session");
    private static readonly HttpRequestOptionsKey<RefreshOutcome> EndKey = new("end");

    /// <summary>Attaches the session's access token to a request to the API.</summary>
    public static void Attach(HttpRequestMessage request, Session session)
    {
        request.Options.Set(SessionKey, session);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", session.Tokens.AccessToken);
    }

    /// <summary>How the session ended while its tokens were refreshed for the request; null when it did not.</summary>
    public static RefreshOutcome? EndOf(HttpRequestMessage request) => request.Options.TryGetValue(EndKey, out var end) ? end : null;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        if (response.StatusCode != HttpStatusCode.Unauthorized || !CanBeSentAgain(request)) return response;
        if (!request.Options.TryGetValue(SessionKey, out var session)) return response;
        if (await RefreshAsync(request, session, cancellationToken) is not { } refreshed) return response;

        response.Dispose();
        Attach(request, refreshed);
        return await base.SendAsync(request, cancellationToken);
    }

    private static bool CanBeSentAgain(HttpRequestMessage request) =>
        request.Content is null or { Headers.ContentLength: 0 }
            && request.Method.Method is "GET" or "HEAD" or "OPTIONS" or "PUT" or "DELETE";

    /// <summary>The session with another access token; null when it has none: it was just refreshed, or could not be.</summary>
    private async Task<Session?> RefreshAsync(HttpRequestMessage request, Session session, CancellationToken cancellationToken)
    {
        try
        {
            var outcome = await refresher.RefreshAsync(session, force: true, cancellationToken);
            if (outcome is RefreshOutcome.Ended or RefreshOutcome.Gone) request.Options.Set(EndKey, outcome);
            var current = (outcome as RefreshOutcome.Usable)?.Session;
            return current?.Tokens.AccessToken == session.Tokens.AccessToken ? null : current;
        }
        catch (Exception exception) when (RedisConnection.IsFault(exception))
        {
            return null;
        }
    }
}
