using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Bff.Oidc;

/// <summary>Makes untrusted text fit for one log line.</summary>
internal static partial class ProviderText
{
    /// <summary>In characters. Cognito puts the whole message of a Lambda trigger into its <c>error_description</c>.</summary>
    private const int MaximumLength = 300;

    /// <summary>At most so many characters; none starts another line, changes the direction of writing or ends a quotation.</summary>
    public static string Printable(string? text, int length = MaximumLength) =>
        string.Concat((text ?? "").EnumerateRunes().Take(length)
            .Select(rune => rune.Value == '"' ? "'" : IsPrintable(rune) ? rune.ToString() : "?"));

    /// <summary>As <see cref="Printable"/>, without JWTs and without the secrets, as they are or percent-encoded.</summary>
    public static string WithoutSecrets(string? text, params IEnumerable<string?> secrets)
    {
        var forms = secrets.OfType<string>().Where(secret => secret.Length > 0)
            .SelectMany(secret => (string[])[secret, Uri.EscapeDataString(secret), WebUtility.UrlEncode(secret)])
            // The longest first: one may be the beginning of another.
            .OrderByDescending(form => form.Length);
        var rest = Jwt().Replace(text ?? "", "***");
        foreach (var form in forms) rest = rest.Replace(form, "***", StringComparison.OrdinalIgnoreCase);
        return Printable(rest);
    }

    /// <summary>Also a part of one, and Cognito's refresh tokens.</summary>
    [GeneratedRegex(@"eyJ[\w.~+/=-]*")]
    private static partial Regex Jwt();

    private static bool IsPrintable(Rune rune) => Rune.GetUnicodeCategory(rune)
        is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
