using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Bff.Oidc;

/// <summary>Text from outside, made fit for one log line: it is untrusted, and may repeat what it was sent in confidence.</summary>
internal static partial class ProviderText
{
    /// <summary>In characters; Cognito puts the whole message of a Lambda trigger into its <c>error_description</c>.</summary>
    private const int MaximumLength = 300;

    /// <summary>At most so many characters; none begins another line, changes the direction of writing or ends a quotation.</summary>
    public static string Printable(string? text, int length = MaximumLength) =>
        string.Concat((text ?? "").EnumerateRunes().Take(length)
            .Select(rune => rune.Value == '"' ? "'" : IsPrintable(rune) ? rune.ToString() : "?"));

    /// <summary>As <see cref="Printable"/>, without JWTs and without the secrets, as they are or percent-encoded.</summary>
    public static string Discreet(string? text, params IEnumerable<string?> secrets)
    {
        var forms = secrets.OfType<string>()
            .SelectMany(secret => (string[])[secret, Uri.EscapeDataString(secret), WebUtility.UrlEncode(secret)]);
        // The longest first: one may be the beginning of another.
        return Printable(forms.Where(form => form.Length > 0).OrderByDescending(form => form.Length)
            .Aggregate(Jwt().Replace(text ?? "", "***"), (rest, form) => rest.Replace(form, "***", StringComparison.OrdinalIgnoreCase)));
    }

    /// <summary>Also one that is cut off, and Cognito's refresh tokens.</summary>
    [GeneratedRegex(@"eyJ[\w.~+/=-]*")]
    private static partial Regex Jwt();

    // By code points: half of a surrogate pair is no category.
    private static bool IsPrintable(Rune rune) => Rune.GetUnicodeCategory(rune)
        is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
