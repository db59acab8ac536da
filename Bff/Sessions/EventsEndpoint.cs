using System.Security.Cryptography;
using System.Text.Json;
using System.Threading.RateLimiting;
using Bff.Errors;
using Bff.Operations;
using Bff.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Bff.Sessions;

/// <summary>
/// <c>GET /events</c>: the changes of the session for every open page, as server-sent events (HTML Living Standard, section 9.2).
/// </summary>
internal static class EventsEndpoint
{
    /// <summary>Open streams of one session on one instance; a page that opens more has forgotten to close them.</summary>
    internal const int StreamsPerSession = 100;

    private const string StreamKind = "events";

    public static IServiceCollection AddEvents(this IServiceCollection services) => services
        .AddSingleton(_ => new StreamPlaces(PartitionedRateLimiter.Create<string, string>(session =>
            RateLimitPartition.GetConcurrencyLimiter(session, _ => new ConcurrencyLimiterOptions { PermitLimit = StreamsPerSession }))));

    public static void MapEvents(this IEndpointRouteBuilder app) => app.MapGet("/events", HandleAsync)
        .WithName("events").WithTags("Session")
        .RequireCsrfHeader(streamsMayOpen: true)
        .Produces<string>(StatusCodes.Status200OK, StreamRequest.EventStreamType)
        .Problems(ProblemCode.NoSession, ProblemCode.Csrf, ProblemCode.RateLimited, ProblemCode.StoreUnavailable);

    /// <summary>What happens to the session, as server-sent events.</summary>
    /// <remarks>
    /// For an EventSource of the SPA, opened with `withCredentials: true`. The data of each event is JSON:
    ///
    /// - `session-refreshed` `{"accessToken":{…}}` as in `/me`: the tokens were renewed, and perhaps the claims.
    /// - `session-expiring` `{"expiresAt":"…","ifUnused":true}`: two minutes before the session ends. With `ifUnused` any use of it,
    /// such as `GET /me`, prolongs it.
    /// - `session-ended` `{"reason":"…"}`: `signed_out`, `signed_in_anew`, `ended_elsewhere`, `revoked`, `provider_logout`,
    /// `not_renewed`, `token_expired`, `expired` or `gone`. The stream ends with it.
    ///
    /// An open stream is not use of the session. Events of all instances arrive. An event may come twice.
    /// </remarks>
    /// <response code="200">The stream, until the session ends or the page closes it.</response>
    private static async Task<Results<EmptyHttpResult, Problem>> HandleAsync(
        HttpContext context, SessionCookie cookie, SessionMonitor monitor, SessionStore sessions, StreamPlaces places,
        IHostApplicationLifetime lifetime, Telemetry telemetry)
    {
        if (cookie.Read(context.Request) is not { } id) return new Problem(ProblemCode.NoSession);
        using var place = places.Limiter.AttemptAcquire(id.Name);
        if (!place.IsAcquired) return new Problem(TooManyStreams, Problem.DefaultRetryAfter);
        if (await sessions.LoadAsync(id) is not { } session) return new Problem(ProblemCode.NoSession);

        context.Response.ContentType = StreamRequest.EventStreamType;
        // An open stream would delay the end of the process; the browser connects again, to another instance.
        using var open = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        telemetry.StreamOpened(StreamKind);
        try
        {
            await SendAsync(context.Response, Opening(session, context.Request.Headers["Last-Event-ID"]), open.Token);
            await foreach (var change in monitor.WatchAsync(session, open.Token))
                await SendAsync(context.Response, Message(change), open.Token);
        }
        catch (OperationCanceledException) when (open.IsCancellationRequested)
        {
            // The usual end: the page was closed.
        }
        finally
        {
            telemetry.StreamClosed(StreamKind);
        }
        return TypedResults.Empty;
    }

    private static async Task SendAsync(HttpResponse response, string message, CancellationToken cancellationToken)
    {
        await response.WriteAsync(message, cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
    }

    /// <summary>
    /// The id by which a browser that reconnects shows what it has seen, and a random delay: after an instance has stopped,
    /// browsers must not return all at once.
    /// </summary>
    private static string Opening(Session session, string? lastSeen)
    {
        var opening = $"retry: {RandomNumberGenerator.GetInt32(1000, 4000)}\nid: {session.Version}\n\n";
        return string.IsNullOrEmpty(lastSeen) || lastSeen == session.Version ? opening : opening
            + Message(new SessionChange.Refreshed(session));
    }

    /// <summary>
    /// The names and members are public and stay. Without a change it is a comment: browsers ignore it, and proxies see that the
    /// connection is in use.
    /// </summary>
    private static string Message(SessionChange change) => change switch
    {
        SessionChange.None => ":\n\n",
        SessionChange.Refreshed { Session: var session } =>
            $"id: {session.Version}\n{Event("session-refreshed", new { AccessToken = AccessTokenState.Of(session) })}",
        SessionChange.Expiring expiring => Event("session-expiring", new { ExpiresAt = expiring.At, expiring.IfUnused }),
        SessionChange.Ended ended => Event("session-ended", new { ended.Reason }),
        _ => throw new InvalidOperationException($"No such change: {change}"),
    };

    // JSON on one line: it escapes what would end the line.
    private static string Event(string name, object data) =>
        $"event: {name}\ndata: {JsonSerializer.Serialize(data, JsonSerializerOptions.Web)}\n\n";

    private static readonly ProblemCode TooManyStreams =
        ProblemCode.RateLimited with
        {
            Title = "Too many open event streams",
            Detail = $"The session has {StreamsPerSession} already. Open one per page, and close() what is no longer needed."
        };

    /// <summary>The places that are taken by open streams.</summary>
    internal sealed record StreamPlaces(PartitionedRateLimiter<string> Limiter) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => Limiter.DisposeAsync();
    }
}
