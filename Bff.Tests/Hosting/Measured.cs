using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;

namespace Bff.Tests.Hosting;

/// <summary>The BFF's own metrics of a system's first instance, and of no other, added up from when this is made.</summary>
internal sealed class Measured : IDisposable
{
    private readonly MeterListener listener = new();
    private readonly ConcurrentDictionary<string, double> series = new();

    public Measured(BffSystem system)
    {
        var meters = system.Services.GetRequiredService<IMeterFactory>();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Name == Bff.Operations.Telemetry.Name && ReferenceEquals(instrument.Meter.Scope, meters))
                listener.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        // Of a duration the number of measurements counts.
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value >= 0 ? 1 : 0, tags));
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => series[Name(instrument, tags)] = value);
        listener.Start();
    }

    /// <summary>By its name and labels, as <c>bff.refresh.duration outcome=renewed</c>; 0 for one that is not there.</summary>
    public double this[string name]
    {
        get
        {
            listener.RecordObservableInstruments();
            return series.GetValueOrDefault(name);
        }
    }

    /// <summary>Every series and its value, those of Redis left out.</summary>
    public string All => string.Join('\n', series.Where(pair => !pair.Key.StartsWith("bff.redis", StringComparison.Ordinal)
        && pair.Value != 0).Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key} {pair.Value}")).Order());

    /// <summary>Waits until these are all series: a proxied request is counted after its response was sent.</summary>
    public Task UntilAllIsAsync(string expected) => Poll.UntilAsync(() => All == expected, () => $"expected:\n{expected}\ngot:\n{All}");

    public void Dispose() => listener.Dispose();

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        series.AddOrUpdate(Name(instrument, tags), value, (_, before) => before + value);

    private static string Name(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        string.Join(' ', [instrument.Name, .. tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}")]);
}
