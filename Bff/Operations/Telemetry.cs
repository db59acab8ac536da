using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Bff.Operations;

/// <summary>
/// The BFF's own metrics and spans: a method per event, called where the event is logged. Every part may call it, and it knows none of
/// them. A value of a label is one of a short list: never a user, a session, an address or a path.
/// </summary>
internal sealed class Telemetry
{
    /// <summary>The name of the meter and of the source of spans.</summary>
    public const string Name = "Bff";

    private static readonly ActivitySource Source = new(Name);

    private readonly Meter meter;
    private readonly Counter<long> signInsStarted, signInsCompleted, refreshWaits, sessionsBegun, sessionsEnded, problems, apiRequests;
    private readonly Histogram<double> refreshes, providerRequests, redisCommands;
    private readonly UpDownCounter<long> openStreams;

    public Telemetry(IMeterFactory meters)
    {
        meter = meters.Create(Name);
        signInsStarted = Counter("bff.sign_ins.started", "{sign_in}", "Sign-ins that were sent to the provider.");
        signInsCompleted = Counter("bff.sign_ins.completed", "{sign_in}", "Sign-ins that came back from the provider, by outcome.");
        refreshes = Seconds("bff.refresh.duration", "Refreshes that were due, by outcome.", 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20);
        refreshWaits = Counter("bff.refresh.waits", "{wait}", "Requests that waited for the refresh of another request or instance.");
        providerRequests = Seconds("bff.provider.request.duration", "Requests to the provider, by endpoint and outcome.",
            0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10);
        sessionsBegun = Counter("bff.sessions.begun", "{session}", "Sessions that began.");
        sessionsEnded = Counter("bff.sessions.ended", "{session}", "Sessions that the BFF ended, by reason.");
        redisCommands = Seconds("bff.redis.command.duration", "Commands to Redis, by outcome.",
            0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1, 2.5);
        problems = Counter("bff.problems", "{response}", "Error responses of the BFF itself, by code.");
        apiRequests = Counter("bff.api.requests", "{request}", "Requests that were passed to an API, by route and outcome.");
        openStreams = meter.CreateUpDownCounter<long>("bff.open_streams", "{stream}", "Streams that are open.");
    }

    public void SignInStarted() => signInsStarted.Add(1);

    /// <param name="outcome"><c>signed_in</c> or the code of the error.</param>
    public void SignInCompleted(string outcome) => signInsCompleted.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    /// <param name="outcome"><c>renewed</c>, <c>refused</c>, <c>unavailable</c>, <c>gone</c> or <c>failed</c>.</param>
    /// <param name="started">A timestamp of <see cref="Stopwatch"/>, here and below.</param>
    public void Refreshed(string outcome, long started) =>
        refreshes.Record(Since(started), new KeyValuePair<string, object?>("outcome", outcome));

    /// <param name="on"><c>request</c>: another one of this instance; <c>instance</c>: another instance.</param>
    public void RefreshWaited(string on) => refreshWaits.Add(1, new KeyValuePair<string, object?>("on", on));

    /// <param name="endpoint"><c>token</c>, <c>revocation</c>, <c>discovery</c> or <c>keys</c>.</param>
    /// <param name="outcome"><c>ok</c>, <c>refused</c> or <c>unavailable</c>.</param>
    /// <param name="started">When it was sent.</param>
    public void ProviderAnswered(string endpoint, string outcome, long started) => providerRequests.Record(
        Since(started), new KeyValuePair<string, object?>("endpoint", endpoint), new KeyValuePair<string, object?>("outcome", outcome));

    /// <param name="isPaused">Whether the provider is left alone at present; read when metrics are collected.</param>
    public void ObserveProviderPause(Func<bool> isPaused) => meter.CreateObservableGauge(
        "bff.provider.paused", () => isPaused() ? 1 : 0, unit: null, "1 while the provider is left alone after failures, otherwise 0.");

    public void SessionBegan() => sessionsBegun.Add(1);

    /// <param name="reason">One of <c>EndReason</c>.</param>
    public void SessionEnded(string reason) => sessionsEnded.Add(1, new KeyValuePair<string, object?>("reason", reason));

    /// <summary>Measures a command, and adds it to the trace of the request, if there is one.</summary>
    public void RedisAnswered(string command, bool isOk, long started)
    {
        redisCommands.Record(Since(started), new KeyValuePair<string, object?>("command", command),
            new KeyValuePair<string, object?>("outcome", isOk ? "ok" : "failed"));
        if (!Source.HasListeners() || Activity.Current is not { } request) return;

        var begin = TimeProvider.System.GetUtcNow() - Stopwatch.GetElapsedTime(started);
        using var span = Source.StartActivity(ActivityKind.Client, request.Context, startTime: begin, name: command);
        span?.SetTag("db.system.name", "redis").SetTag("db.operation.name", command);
        if (!isOk) span?.SetStatus(ActivityStatusCode.Error);
    }

    /// <param name="code">A code of <c>ProblemCode</c>.</param>
    public void Refused(string code) => problems.Add(1, new KeyValuePair<string, object?>("code", code));

    /// <param name="kind"><c>events</c>, <c>api_events</c> or <c>websocket</c>.</param>
    public void StreamOpened(string kind) => openStreams.Add(1, new KeyValuePair<string, object?>("kind", kind));

    /// <param name="kind">As when it was opened.</param>
    public void StreamClosed(string kind) => openStreams.Add(-1, new KeyValuePair<string, object?>("kind", kind));

    /// <param name="route">The name of the route in the settings.</param>
    /// <param name="outcome">The class of the API's status (<c>2xx</c>), a problem's code, <c>canceled</c> or <c>broken_off</c>.</param>
    public void Proxied(string route, string outcome) =>
        apiRequests.Add(1, new KeyValuePair<string, object?>("route", route), new KeyValuePair<string, object?>("outcome", outcome));

    private Counter<long> Counter(string name, string unit, string description) => meter.CreateCounter<long>(name, unit, description);

    private Histogram<double> Seconds(string name, string description, params double[] boundaries) =>
        meter.CreateHistogram(name, "s", description, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = boundaries });

    private static double Since(long started) => Stopwatch.GetElapsedTime(started).TotalSeconds;
}
