namespace Bff.Oidc;

/// <summary>Reads the metadata in the background, so that a wrong <c>Oidc:Authority</c> is in the log before a sign-in fails.</summary>
internal sealed class MetadataAtStart(ProviderMetadata provider) : BackgroundService
{
    /// <summary>A provider that is started together with this program needs some time.</summary>
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Delay(Delay, stoppingToken);
        // A failure is logged there.
        await provider.GetAsync(stoppingToken);
    }
}
