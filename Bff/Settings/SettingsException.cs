namespace Bff.Settings;

/// <summary>The settings are not fit to start with; the message lists every fault with its remedy and no secret.</summary>
internal sealed class SettingsException(IReadOnlyList<string> faults) : Exception(Describe(faults))
{
    public IReadOnlyList<string> Faults { get; } = faults;

    private static string Describe(IReadOnlyList<string> faults) =>
        $"The BFF cannot start: {faults.Count} setting(s) need attention.{Environment.NewLine}" +
        string.Join(Environment.NewLine, faults.Select(fault => "  - " + fault)) + Environment.NewLine +
        "Set them in appsettings.json, as environment variables (Oidc__ClientId) or as files in /run/secrets (one per key).";
}
