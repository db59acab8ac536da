using System.Globalization;
using System.Text.RegularExpressions;
using Bff.Oidc;
using Bff.Security;
using Bff.Sessions;
using Bff.Settings;
using Bff.Storage;
using Bff.Tests.Hosting;

namespace Bff.Tests.Contract;

/// <summary><c>docs/settings.md</c> has every setting with its default.</summary>
public sealed partial class SettingsPageTests
{
    private static readonly string[] Required =
        ["Bff:PublicUrl", "Bff:SpaOrigins:0..n", "Oidc:Authority", "Oidc:ClientId", "Oidc:ClientSecret", "Redis:Configuration"];

    private static readonly (string Section, object Defaults)[] Options =
    [
        (BffOptions.Section, new BffOptions()), (OidcOptions.Section, new OidcOptions()), (RedisOptions.Section, new RedisOptions()),
        (SessionOptions.Section, new SessionOptions()), (KeyRingOptions.Section, new KeyRingOptions()),
        (RateLimitOptions.Section, new RateLimitOptions()),
    ];

    [Fact]
    public void The_page_has_every_setting_with_its_default()
    {
        var page = File.ReadAllText(Repository.PathTo("docs/settings.md"));

        var written = Entry().Matches(page).Select(entry => (entry.Groups["key"].Value, entry.Groups["default"].Value));

        var settings = from section in Options
                       from property in section.Defaults.GetType().GetProperties().Where(property => property.CanWrite)
                       let key = $"{section.Section}:{property.Name}{(property.PropertyType.IsArray ? ":0..n" : "")}"
                       select (key, Default(key, property.GetValue(section.Defaults)));
        Assert.Equal(settings.Order(), written.Order());
    }

    private static string Default(string key, object? value) => key switch
    {
        _ when Required.Contains(key) => "required",
        "Bff:SignedOutUrl" => "default: the first SPA origin + `/`",
        "Oidc:SigningAlgorithms:0..n" => $"default `{string.Join(' ', new OidcOptions().AcceptedAlgorithms)}`",
        _ => value switch
        {
            null or string[] => "default: none",
            bool flag => flag ? "default `true`" : "default `false`",
            _ => string.Create(CultureInfo.InvariantCulture, $"default `{value}`"),
        },
    };

    [GeneratedRegex(@"^- \*\*`(?<key>[A-Za-z]+:[A-Za-z]+(:0\.\.n)?)`\*\*: "
        + @"(?<default>required|default:? (`[^`]*`|the first SPA origin \+ `/`|none))", RegexOptions.Multiline)]
    private static partial Regex Entry();
}
