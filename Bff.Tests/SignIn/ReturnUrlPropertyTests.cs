using Bff.Settings;
using Bff.SignIn;
using Bff.Tests.Hosting;
using CsCheck;

namespace Bff.Tests.SignIn;

/// <summary>
/// What holds for every return URL that is accepted, by two readers of URLs that know nothing of each other. See <see cref="Fuzz"/>
/// for longer runs.
/// </summary>
[Row("RED-01", "RED-02", "RED-03", "RED-04", "RED-05", "RED-07", "RED-08", "RED-13", "RED-18")]
public sealed class ReturnUrlPropertyTests
{
    private const string Spa = "https://app.example.com", Second = "http://localhost:5173", BffUrl = "https://bff.example.com";

    private static readonly BffOptions[] Installations =
        [new() { PublicUrl = BffUrl, SpaOrigins = [Spa, Second] }, new() { PublicUrl = Spa, SpaOrigins = [Spa] }];

    private static readonly string[] Pieces =
    [
        "/", "//", "\\", ".", "..", "a", "b/c", "?", "#", "&", "=", "@", ":", ";", "%2f", "%5c", "%252f", "%2e%2e", "%0d%0a", "%00",
        "%", "%zz", "%C3%A9", "%E5%98%8A", "é", "上不", "嘍", "\u560a", "\t", "\r\n", " ", "\0", "\u200b", "\uff0f",
        "login_error=", "login_error=x&", "&login_error=x", "&&", "x=1", "evil.example", "swagger/", "login", Spa, Second, BffUrl,
        "https:", "user@", ":443", ".evil.example", "\ud83d\ude00", "\ud800",
    ];

    private static readonly Gen<string> Texts = Gen.OneOf<string>(
        Gen.Select(Gen.OneOf("/", "", Spa + "/", Second + "/", Spa, BffUrl + "/swagger/", "/swagger/"), Gen.OneOf(Pieces).Array[0, 8],
            (opening, pieces) => opening + string.Concat(pieces)),
        Fuzz.Text("/orders?x=1#top", Spa + "/a/b?c=d", "/swagger/#/Session/me"), Gen.String.Select(text => "/" + text));

    [Fact]
    public async Task Two_readers_agree_that_it_leads_to_an_allowed_origin()
    {
        var (accepted, refused) = (0, 0);

        await Texts.RunAsync(text =>
        {
            foreach (var options in Installations)
            {
                if (ReturnUrl.Parse(text, options) is not { } returnUrl) { Interlocked.Increment(ref refused); continue; }
                Interlocked.Increment(ref accepted);
                var origin = Origin(returnUrl.Location);
                Assert.Equal(new Uri(returnUrl.Location).GetLeftPart(UriPartial.Authority), origin);
                Assert.Contains(origin, options.SpaOrigins.Append(options.PublicUrl));
                Assert.Equal(text, returnUrl.Text);
                Assert.DoesNotContain(returnUrl.Location, character => character is <= ' ' or > '~' or '\\');
            }
            return Task.CompletedTask;
        }, Fuzz.Print);

        Assert.True(accepted > 50 && refused > 50, $"{accepted} accepted, {refused} refused");
    }

    [Fact]
    public async Task What_is_accepted_is_accepted_again_and_stays_what_it_is() => await Texts.RunAsync(text =>
    {
        foreach (var options in Installations)
        {
            if (ReturnUrl.Parse(text, options) is not { } first || first.Location.Length > ReturnUrl.MaximumLength) continue;
            Assert.Equal(first.Location, ReturnUrl.Parse(first.Location, options)?.Location);
            Assert.Equal(first.Location, ReturnUrl.Parse(first.Text, options)?.Location);
        }
        return Task.CompletedTask;
    }, Fuzz.Print);

    [Fact]
    public async Task An_error_adds_one_parameter_and_changes_nothing_else() => await Texts.RunAsync(text =>
    {
        foreach (var options in Installations)
        {
            if (ReturnUrl.Parse(text, options) is not { } returnUrl) continue;
            var (before, after) = (Split(returnUrl.Location), Split(returnUrl.WithError(SignInError.AccessDenied)));
            var own = before.Query.Split('&').Where(pair =>
                pair.Length > 0 && !pair.StartsWith("login_error=", StringComparison.Ordinal)).ToArray();
            Assert.Equal((before.Place, before.Fragment), (after.Place, after.Fragment));
            Assert.Equal([.. own, "login_error=access_denied"], after.Query.Split('&'));
        }
        return Task.CompletedTask;
    }, Fuzz.Print);

    /// <summary>As the WHATWG's parser reads an absolute http(s) URL, in short: no scruples about what it finds.</summary>
    private static string Origin(string url)
    {
        var text = string.Concat(url.Trim([.. Enumerable.Range(0, 33).Select(code => (char)code)])
            .Where(character => character is not ('\t' or '\r' or '\n')));
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var (scheme, rest) = (text[..colon].ToLowerInvariant(), text[(colon + 1)..].TrimStart('/', '\\'));
        var end = rest.IndexOfAny(['/', '\\', '?', '#']);
        var authority = end < 0 ? rest : rest[..end];
        var host = Uri.UnescapeDataString(authority[(authority.LastIndexOf('@') + 1)..]).ToLowerInvariant();
        var isDefault = host.EndsWith(scheme == "https" ? ":443" : ":80", StringComparison.Ordinal);
        return $"{scheme}://{(isDefault ? host[..host.LastIndexOf(':')] : host)}";
    }

    private static (string Place, string Query, string Fragment) Split(string url)
    {
        var hash = url.Split('#', 2);
        var question = hash[0].Split('?', 2);
        return (question[0], question.Length > 1 ? question[1] : "", hash.Length > 1 ? hash[1] : "none");
    }
}
