using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Bff.Settings;

namespace Bff.SignIn;

/// <summary>
/// A destination after sign-in that is allowed, or nothing: the open-redirect rule as a type (RFC 9700 section 4.11).
/// Allowed are a path on the first SPA origin, a URL on any SPA origin, and the BFF's own <c>/swagger/</c>.
/// </summary>
internal sealed partial class ReturnUrl
{
    public const int MaximumLength = 2000;

    private const string ErrorParameter = "login_error";

    // With U+560D the known way to a line break where a server cuts characters to bytes. Only this rare one: common characters have
    // such bytes too.
    private const char LowByteLineFeed = '\u560a';

    private static readonly string[] OwnPaths =
    [
        "/login", "/callback", "/me", "/refresh", "/logout", "/sessions", "/events", "/backchannel-logout", "/api", "/openapi.yaml",
        "/swagger",
    ];

    private ReturnUrl(string text, string location)
    {
        Text = text;
        Location = location;
    }

    /// <summary>As it was given.</summary>
    public string Text { get; }

    /// <summary>The absolute URL for the <c>Location</c> header: percent-encoded as a browser would, and without a backslash.</summary>
    public string Location { get; }

    public static ReturnUrl? Parse(string? text, BffOptions options)
    {
        if (string.IsNullOrEmpty(text)) return new ReturnUrl("", options.Home);
        if (text.Length > MaximumLength || !IsVisible(text)) return null;

        // The origin is compared as text and must be followed by a path, so user information, look-alike hosts,
        // other ports and schemes never come to be parsed.
        var origins = options.SpaOrigins.Append(options.PublicOrigin);
        var origin = text[0] == '/' ? null : origins.FirstOrDefault(candidate => IsOn(candidate, text));
        if (origin is null && text[0] != '/') return null;

        var target = origin is null ? text : text.Length == origin.Length ? "/" : text[origin.Length..];
        var path = target.Split('?', '#')[0];
        if (!path.EnumerateRunes().All(IsPlain) || !IsSafePath(path)) return null;

        var isSwagger = options.Swagger && path is "/swagger/" or "/swagger/index.html";
        origin ??= isSwagger ? options.PublicOrigin : options.SpaOrigins[0];
        if (origin == options.PublicOrigin && !isSwagger && (!options.SpaOrigins.Contains(origin) || IsOwnPath(path))) return null;
        return new ReturnUrl(text, origin + Encode(target));
    }

    private static bool IsOn(string origin, string url) => url == origin || url.StartsWith(origin + "/", StringComparison.Ordinal);

    /// <summary>The destination with the reason why the sign-in failed.</summary>
    public string WithError(SignInError error)
    {
        var hash = Location.IndexOf('#', StringComparison.Ordinal);
        var (url, fragment) = hash < 0 ? (Location, "") : (Location[..hash], Location[hash..]);
        var question = url.IndexOf('?', StringComparison.Ordinal);
        var (path, query) = question < 0 ? (url, "") : (url[..question], url[(question + 1)..]);
        // An SPA that sends its own address back must not collect them.
        var kept = query.Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Where(pair => !pair.StartsWith(ErrorParameter + "=", StringComparison.Ordinal));
        return $"{path}?{string.Join('&', kept.Append($"{ErrorParameter}={error.Code}"))}{fragment}";
    }

    /// <summary>
    /// Whole characters, none of them a control character or a blank: all that query and fragment must be, since no browser
    /// reads an origin there.
    /// </summary>
    private static bool IsVisible(string text) =>
        // Half of a surrogate pair becomes U+FFFD.
        string.Concat(text.EnumerateRunes()) == text
        && text.EnumerateRunes().All(rune => !Rune.IsControl(rune) && rune.Value is not (' ' or LowByteLineFeed));

    /// <summary>No character that a reader of a path drops or takes for a slash or a dot: white space, formatting, look-alikes.</summary>
    private static bool IsPlain(Rune rune) => rune.Value switch
    {
        '\uff0f' or '\uff3c' or '\u2044' or '\u2215' or '\u29f8' or '\u3035' or '\u3002' or '\uff0e' or '\uff61' => false,
        _ => Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Format or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse),
    };

    /// <summary>
    /// The path stays a path however often it is decoded: never a second leading slash, a backslash or a control character.
    /// </summary>
    private static bool IsSafePath(string path)
    {
        for (var previous = ""; path != previous;)
        {
            // Resolved, "/.//host" is "//host" as well: an SPA that gives its own path to a router would leave its origin.
            if (Resolve(path).StartsWith("//", StringComparison.Ordinal) || path.Any(IsForbidden)) return false;
            (previous, path) = (path, Uri.UnescapeDataString(path));
        }
        // What no decoding has resolved is not UTF-8: overlong forms of a slash, half characters.
        return !UndecodedByte().IsMatch(path);
    }

    private static bool IsForbidden(char character) =>
        character is '\\' or '\ufffd' or LowByteLineFeed || char.IsControl(character);

    [GeneratedRegex("%[89A-Fa-f][0-9A-Fa-f]")]
    private static partial Regex UndecodedByte();

    /// <summary>The path without its dot segments, as a browser reads it.</summary>
    private static string Resolve(string path) => new Uri("https://host" + path).AbsolutePath;

    /// <summary>Where the SPA shares the BFF's origin, returning to an endpoint would loop or act.</summary>
    private static bool IsOwnPath(string path)
    {
        path = Uri.UnescapeDataString(Resolve(path));
        return Array.Exists(OwnPaths, own => (path + "/").StartsWith(own + "/", StringComparison.OrdinalIgnoreCase));
    }

    // What a browser leaves as it is stays as it is, so that the page finds the address that it had.
    private static string Encode(string target) =>
        string.Concat(target.EnumerateRunes().Select(rune =>
            rune.IsAscii && rune.Value is not ('\\' or '"' or '<' or '>') ? $"{rune}" : Uri.EscapeDataString($"{rune}")));

    public override string ToString() => Text;
}
