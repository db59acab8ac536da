namespace Bff.Oidc;

/// <summary>Reads the metadata in the background, so that a wrong <c>Oidc:Authority</c> is in the log before a sign-in fails.</summary>
internal sealed class MetadataAtStart(ProviderMetadata provider) : BackgroundService
{
    /// <summary>In real time: a provider that is started together with this program gets as long to be there.</summary>
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Delay(Delay, stoppingToken);
        // A read logs its failure itself. Awaited here, an unexpected exception would end the process.
        if (provider.ReadsBegun == 0) _ = provider.GetAsync(CancellationToken.None);
    }
}
