using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Bff.Local.Api;

/// <summary>GET /api/events: server-sent events, one a second, the first at once.</summary>
internal static class EventsEndpoint
{
    public static void MapEvents(this IEndpointRouteBuilder routes) => routes.MapGet("/events", Handle);

    private static ServerSentEventsResult<Tick> Handle(TimeProvider clock, IHostApplicationLifetime lifetime,
        CancellationToken cancellation) =>
        TypedResults.ServerSentEvents(TicksAsync(clock, lifetime.ApplicationStopping, cancellation), eventType: "tick");

    private static async IAsyncEnumerable<Tick> TicksAsync(
        TimeProvider clock, CancellationToken stopping, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), clock);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stopping, cancellation);
        for (var number = 1; !end.IsCancellationRequested; number++)
        {
            yield return new Tick(number, clock.GetUtcNow());
            await ((Task)timer.WaitForNextTickAsync(end.Token).AsTask()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private sealed record Tick(int Number, DateTimeOffset At);
}
