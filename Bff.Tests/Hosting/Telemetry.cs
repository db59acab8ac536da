using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Bff.Tests.Hosting;

/// <summary>Everything that any part of this process tells a collector of traces and metrics while this lives.</summary>
internal sealed class Telemetry : IDisposable
{
    private readonly ConcurrentQueue<string> seen = [];
    private readonly ActivityListener activities;
    private readonly MeterListener meters = new();

    public Telemetry()
    {
        activities = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = Note,
        };
        ActivitySource.AddActivityListener(activities);
        meters.InstrumentPublished = (instrument, listener) => listener.EnableMeasurementEvents(instrument);
        meters.SetMeasurementEventCallback<int>((instrument, _, tags, _) => Note(instrument, tags));
        meters.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Note(instrument, tags));
        meters.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Note(instrument, tags));
        meters.Start();
    }

    public string All => string.Join('\n', seen);

    public void Dispose()
    {
        activities.Dispose();
        meters.Dispose();
    }

    private void Note(Activity activity)
    {
        seen.Enqueue($"activity {activity.Source.Name} {activity.OperationName} {activity.DisplayName} {activity.StatusDescription} "
            + $"{Text(activity.TagObjects)} {activity.TraceStateString}");
        foreach (var occurrence in activity.Events)
            seen.Enqueue($"event {activity.OperationName} {occurrence.Name} {Text(occurrence.Tags)}");
        seen.Enqueue($"baggage {string.Join(' ', activity.Baggage)}");
    }

    private void Note(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        seen.Enqueue($"metric {instrument.Meter.Name} {instrument.Name} {Text(tags.ToArray())}");

    private static string Text(IEnumerable<KeyValuePair<string, object?>> tags) =>
        string.Join(' ', tags.Select(tag => $"{tag.Key}={tag.Value}"));
}
