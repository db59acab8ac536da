namespace Bff.Sessions;

/// <summary>
/// The browser and system of a session, so that its user recognizes it. Only names from these lists, never text of the client.
/// </summary>
internal static class Device
{
    // The first that occurs: nearly every browser also calls itself its ancestors.
    private static readonly (string Mark, string Name)[] Browsers =
        [("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"),
            ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"), ("curl/", "curl"), ("PostmanRuntime/", "Postman")];

    private static readonly (string Mark, string Name)[] Systems =
        [("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS"),
            ("Mac OS X", "macOS"), ("Macintosh", "macOS"), ("Linux", "Linux")];

    public const string Unknown = "Unknown device";

    public static string Of(HttpRequest request)
    {
        var agent = request.Headers.UserAgent.ToString();
        return (First(Browsers), First(Systems)) switch
        {
            ({ } browser, { } system) => $"{browser} on {system}",
            ({ } browser, null) => browser,
            (null, { } system) => $"A browser on {system}",
            _ => Unknown,
        };

        string? First((string Mark, string Name)[] known) =>
            Array.Find(known, pair => agent.Contains(pair.Mark, StringComparison.Ordinal)).Name;
    }
}
