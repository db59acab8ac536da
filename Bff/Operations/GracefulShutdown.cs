using System.Runtime.InteropServices;
using Bff.Settings;
using Microsoft.AspNetCore.Http.Features;

namespace Bff.Operations;

/// <summary>
/// How the process ends. On SIGTERM it is not ready any more, but serves as before for <c>Bff:ShutdownDelay</c>, so that load balancers
/// take it out first. Then it stops to listen, ends its event streams, and finishes its requests within ASP.NET Core's 30 seconds.
/// A second SIGTERM, and Ctrl-C, skip the delay.
/// </summary>
internal sealed partial class GracefulShutdown(
    IHostApplicationLifetime application, BffOptions options, TimeProvider time, ILogger<GracefulShutdown> logger)
    : IHostLifetime, IDisposable
{
    private readonly List<PosixSignalRegistration> signals = [];
    private bool delaying;

    /// <summary>Whether new requests should go to another instance.</summary>
    public bool IsStopping => Volatile.Read(ref delaying) || application.ApplicationStopping.IsCancellationRequested;

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Handle(signal, StopAfterDelayAsync)));
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGQUIT])
            signals.Add(PosixSignalRegistration.Create(signal, received => Handle(received, StopAsync)));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => signals.ForEach(signal => signal.Dispose());

    private static void Handle(PosixSignalContext signal, Func<Task> stopAsync)
    {
        // Otherwise the runtime ends the process at once.
        signal.Cancel = true;
        _ = Task.Run(stopAsync);
    }

    private Task StopAsync()
    {
        application.StopApplication();
        return Task.CompletedTask;
    }

    private async Task StopAfterDelayAsync()
    {
        if (!Interlocked.Exchange(ref delaying, true) && options.ShutdownDelay > TimeSpan.Zero)
        {
            Log.NotReady(logger, options.ShutdownDelay);
            await Task.Delay(options.ShutdownDelay, time, application.ApplicationStopping)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        application.StopApplication();
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information,
            "SIGTERM: the instance is not ready any more. It serves for another {Delay} (Bff:ShutdownDelay), then it stops.")]
        public static partial void NotReady(ILogger logger, TimeSpan delay);
    }
}

internal static class GracefulShutdownRegistration
{
    public static IServiceCollection AddGracefulShutdown(this IServiceCollection services) => services
        .AddSingleton<GracefulShutdown>()
        .AddSingleton<IHostLifetime>(provider => provider.GetRequiredService<GracefulShutdown>());

    /// <summary>
    /// While the process ends, each response ends its connection: a proxy that keeps connections open would otherwise send a request
    /// on one that is closed at the same moment.
    /// </summary>
    public static void UseGracefulShutdown(this WebApplication app)
    {
        var shutdown = app.Services.GetRequiredService<GracefulShutdown>();
        app.Use((context, next) =>
        {
            if (shutdown.IsStopping && context.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true })
                context.Response.Headers.Connection = "close";
            return next(context);
        });
    }
}
