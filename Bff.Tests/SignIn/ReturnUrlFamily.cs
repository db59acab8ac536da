namespace Bff.Tests.SignIn;

/// <summary>
/// Return URLs from a grammar: opening × separator × white space or look-alike × encoding depth, and along with them user
/// information, hosts and lengths. Good ones and bad ones; which is which is for a browser to say.
/// </summary>
internal static class ReturnUrlFamily
{
    private static readonly string[] Separators =
        ["", "/", "//", "\\", "/\\", "\\/", ":", "@", "?", "#", ";", "..", "../", "/..//", "/.//", "/;/", "=", "&", ":80/"];

    private static readonly string[] Noises =
    [
        "", "\t", "\n", "\r\n", "\0", "\v", " ", "\u001b", "\u007f", "\u0085", "\u00a0", "\u1680", "\u2028", "\u2029", "\u3000",
        "\u200b", "\u200d", "\u2060", "\ufeff", "\u202e", "\u2066", "\u00ad", "\u180e",
        "\uff0f", "\uff3c", "\u2215", "\u2044", "\u29f8", "\u3035", "\u3002", "\uff0e", "\uff61", "\uff1a", "\uff20", "\u2024",
        "\u560a\u560d", "上不", "é", "日本語", "\U0001f600", "\ue000", "+", "%", "%zz", "%c0%af", "%ff",
    ];

    /// <param name="spa">An SPA origin.</param>
    /// <param name="bff">The BFF's own.</param>
    public static IEnumerable<string> Of(string spa, string bff)
    {
        var (scheme, host) = spa.Split("://") is [var first, var second] ? (first, second)
            : throw new ArgumentException("No origin.", nameof(spa));
        string[] openings =
        [
            "", "/", "//", "/a/", "/a/..", "/.", "/a", "/?next=", "/#", "/a?x=", spa, spa + "/", spa + "/a/", spa.ToUpperInvariant()
                + "/", bff, bff + "/swagger/", "/swagger/", $"{scheme}:", $"{scheme}:/", $"{scheme}://", "javascript:", " ",
        ];
        string[] places =
        [
            "", "evil.example", "evil.example/", "user@evil.example", $"{host}@evil.example", $"{host}%40evil.example", $":@{host}",
            host, $"{host}.evil.example", $"evil{host}", $"{host}:1", $"{host}.", "evil\u3002example", "ⓔvil.example",
            "xn--vil-7ma.example", "[::1]", "[::1", "0x7f.1", "2130706433", "login", "callback?code=1", "logout", "swagger/",
            "a/b?c=d#e", "a" + new string('b', 1900), "c" + new string('d', 8000),
        ];
        return All(openings, places).Distinct();
    }

    // Each opening with each separator, noise and depth; the places take turns, so that each meets each of the others often.
    private static IEnumerable<string> All(string[] openings, string[] places)
    {
        var turn = 0;
        foreach (var opening in openings)
        {
            foreach (var separator in Separators)
            {
                foreach (var noise in Noises)
                {
                    for (var depth = 0; depth <= 3; depth++)
                    {
                        yield return opening + Encode(separator + noise, depth) + places[turn++ % places.Length];
                        yield return opening + Encode(noise + separator, depth) + places[turn++ % places.Length];
                    }
                }
            }
        }
    }

    /// <summary>Percent-encoded this many times over, slashes and dots as well.</summary>
    private static string Encode(string text, int depth)
    {
        for (; depth > 0; depth--)
        {
            text = string.Concat(System.Text.Encoding.UTF8.GetBytes(text)
                .Select(one => char.IsAsciiLetterOrDigit((char)one) ? ((char)one).ToString() : "%"
                + one.ToString("x2", System.Globalization.CultureInfo.InvariantCulture)));
        }
        return text;
    }
}
