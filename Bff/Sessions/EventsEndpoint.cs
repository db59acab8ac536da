using System.Threading.RateLimiting;
using Bff.Errors;
using Bff.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Bff.Sessions;

/// <summary><c>GET /events</c>: what happens to the session, told to every open page as server-sent events (HTML Living Standard, section 9.2).</summary>
internal static class EventsEndpoint
{
    /// <summary>Pages of one session with an open stream on one instance: beyond that somebody has forgotten to close them.</summary>
    internal const int StreamsPerSession = 100;

    public static IServiceCollection AddEvents(this IServiceCollection services) => services
        .AddSingleton(_ => new StreamPlaces(PartitionedRateLimiter.Create<string, string>(session =>
            RateLimitPartition.GetConcurrencyLimiter(session, _ => new ConcurrencyLimiterOptions { PermitLimit = StreamsPerSession }))));

    public static void MapEvents(this IEndpointRouteBuilder app) => app.MapGet("/events", HandleAsync)
        .WithName("events").WithTags("Session")
        .WithSummary("What happens to the session, as server-sent events.")
        .WithDescription("""
            For an EventSource of the SPA, opened with `withCredentials: true`. Each event's data is JSON:

            - `session-refreshed` `{"accessToken":{…}}` as in `/me`: the tokens were renewed, and with them perhaps the claims.
            - `session-expiring` `{"expiresAt":"…","ifUnused":true}`: two minutes before the session ends; with `ifUnused` any use of it, such as `GET /me`, prolongs it.
            - `session-ended` `{"reason":"…"}`: `signed_out`, `signed_in_anew`, `ended_elsewhere`, `revoked`, `provider_logout`, `not_renewed`, `token_expired`, `expired` or `gone`; the stream ends with it.

            An open stream is not use of the session. Whichever instance something happens on, all hear of it. An event may come twice.
            """)
        .RequireCsrfHeader(streamsMayOpen: true)
        .Produces<string>(StatusCodes.Status200OK, StreamRequest.EventStreamType)
        .Problems(ProblemCode.NoSession, ProblemCode.Csrf, ProblemCode.RateLimited, ProblemCode.StoreUnavailable);

    private static async Task<Results<EmptyHttpResult, Problem>> HandleAsync(
        HttpContext context, SessionCookie cookie, SessionWatches watches, SessionStore sessions, StreamPlaces places, IHostApplicationLifetime lifetime, TimeProvider time)
    {
        if (cookie.Read(context.Request) is not { } id) return new Problem(ProblemCode.NoSession);
        using var place = places.Limiter.AttemptAcquire(id.Name);
        if (!place.IsAcquired) return new Problem(TooManyStreams, Problem.DefaultRetryAfter);

        using var stream = new EventStream(time);
        using var watch = watches.Open(id, stream.Add);
        if (await sessions.LoadAsync(id) is not { } stored) return new Problem(ProblemCode.NoSession);
        stream.Begin(stored, lastSeen: context.Request.Headers["Last-Event-ID"]);
        watch.Guard(stored);
        // Else an open stream would hold up the end of the process; the browser comes back, to another instance.
        await using var stopping = lifetime.ApplicationStopping.Register(stream.End);
        await stream.SendAsync(context.Response, context.RequestAborted);
        return TypedResults.Empty;
    }

    private static readonly ProblemCode TooManyStreams = ProblemCode.RateLimited with { Title = "Too many open event streams", Detail = $"The session has {StreamsPerSession} already. Open one per page, and close() what is no longer needed." };

    /// <summary>The places that are taken by open streams.</summary>
    internal sealed record StreamPlaces(PartitionedRateLimiter<string> Limiter) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => Limiter.DisposeAsync();
    }
}
