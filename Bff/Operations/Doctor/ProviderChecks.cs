using Bff.Oidc;

namespace Bff.Operations.Doctor;

/// <summary>What the provider answers to a client without a user.</summary>
internal static class ProviderChecks
{
    private const string Endpoints = "client, redirect URL, sign-out URL";

    /// <summary>Of one request. At most four follow each other: discovery document, keys, and two of one check.</summary>
    private static readonly TimeSpan MaximumTimeout = TimeSpan.FromSeconds(5);

    public static async Task<IReadOnlyList<Finding>> RunAsync(Installation installation)
    {
        if (!installation.AreUsable("Oidc:Authority", "Oidc:AllowHttp", "Oidc:BackchannelTimeout"))
            return [Finding.NotChecked("provider", "Its settings have a fault.")];

        var options = installation.Settings.Oidc;
        await using var services = new ServiceCollection().AddProviderHttp(options).BuildServiceProvider();
        using var client = services.GetRequiredService<IHttpClientFactory>().CreateClient(ProviderHttp.ClientName);
        if (client.Timeout > MaximumTimeout) client.Timeout = MaximumTimeout;

        var discovery = await Discovery.ReadAsync(client, options, TimeProvider.System);
        if (discovery is not { IsUsable: true, Metadata: { } metadata })
            return [.. discovery.Findings, Finding.NotChecked(Endpoints, "The provider's metadata cannot be used.")];

        var provider = new ProviderAccess(client, metadata, installation);
        var checks = await Task.WhenAll(ClientCheck.RunAsync(provider), RedirectCheck.RunAsync(provider), SignOutCheck.RunAsync(provider));
        return [.. discovery.Findings, .. checks.SelectMany(findings => findings)];
    }
}
