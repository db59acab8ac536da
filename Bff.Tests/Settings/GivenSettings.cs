using Bff.Settings;
using Microsoft.Extensions.Configuration;

namespace Bff.Tests.Settings;

/// <summary>Settings as a test gives them, and the faults that the BFF finds in them.</summary>
internal static class GivenSettings
{
    public const string Secret = "canary-secret";

    public static readonly Dictionary<string, string?> Usual = new()
    {
        ["Bff:PublicUrl"] = "https://bff.example.com",
        ["Bff:SpaOrigins:0"] = "https://app.example.com",
        ["Oidc:Authority"] = "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEf123",
        ["Oidc:ClientId"] = "the-client",
        ["Oidc:ClientSecret"] = Secret,
        ["Redis:Configuration"] = "redis.example.com:6380,ssl=true,password=" + Secret,
    };

    public static Dictionary<string, string?> With(string key, string? value) =>
        new(Usual, StringComparer.OrdinalIgnoreCase) { [key] = value };

    public static BffSettings Read(Dictionary<string, string?>? settings = null) =>
        BffSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(settings ?? Usual).Build());

    public static IReadOnlyList<string> FaultsOf(Dictionary<string, string?> settings)
    {
        try
        {
            Read(settings);
            return [];
        }
        catch (SettingsException exception)
        {
            return exception.Faults;
        }
    }
}
