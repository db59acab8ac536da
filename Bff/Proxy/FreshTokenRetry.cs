using System.Net;
using Bff.Refresh;
using Bff.Storage;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Transforms;

namespace Bff.Proxy;

/// <summary>
/// An API that answers 401 knows something of the token that we don't: it was revoked, or the keys changed. The token is renewed
/// and the request sent once more, if sending it twice changes nothing (RFC 9110 section 9.2.2).
/// </summary>
internal sealed class FreshTokenRetry(SessionRefresher refresher, SessionOptions options, TimeProvider time)
{
    /// <summary>True when the answer is not to be passed on: the request goes out again, or the session turned out to be over.</summary>
    public async Task<bool> TakesOverAsync(ResponseTransformContext transform)
    {
        var context = transform.HttpContext;
        if (transform.ProxyResponse?.StatusCode != HttpStatusCode.Unauthorized || context.Features.Get<ProxiedSession>() is not { IsRetry: false } session || !CanBeSentAgain(context)) return false;

        // Tokens that have just come are not asked for again: an API that refuses whatever it gets must not have us storm the user pool.
        var freshFrom = time.GetUtcNow() - options.MinimumRefreshInterval;
        RefreshOutcome outcome;
        try
        {
            outcome = await refresher.RefreshAsync(session.Stored, tokens => tokens.AccessToken == session.AccessToken && tokens.IssuedAt <= freshFrom, isDemanded: true, context.RequestAborted);
        }
        // Thrown here, the proxy would take it for a fault of the API.
        catch (Exception exception) when (RedisConnection.IsFault(exception))
        {
            session.StoreFault = exception;
            return transform.SuppressResponseBody = true;
        }
        if (outcome is RefreshOutcome.Fresh { Stored: var renewed } && renewed.Session.Tokens.AccessToken != session.AccessToken) session.Renewed = renewed;
        if (outcome is RefreshOutcome.Ended or RefreshOutcome.Gone) session.End = outcome;
        return transform.SuppressResponseBody = session.End is not null || session.Renewed is not null;
    }

    private static bool CanBeSentAgain(HttpContext context) =>
        context.Request.Method is "GET" or "HEAD" or "OPTIONS" or "PUT" or "DELETE" && context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false };
}
