using AngleSharp.Dom;
using Bff.Settings;
using Bff.SignIn;
using Bff.Tests.Hosting;
using static Bff.Tests.SignIn.ReturnUrlOrigins;

namespace Bff.Tests.SignIn;

/// <summary>Return URLs put together from what an attacker would try.</summary>
public sealed class ReturnUrlCombinationTests
{
    /// <summary>Thousands of combinations, and whatever is allowed leads, as a browser reads it, to an origin that is.</summary>
    [Fact, Row("RED-01", "RED-02", "RED-03", "RED-04", "RED-05", "RED-07", "RED-08", "RED-10", "RED-13")]
    public void Whatever_is_allowed_leads_to_an_allowed_origin()
    {
        string[] starts = ["", "/", "//", "/.", "/..", "/\\", "\\", "/%2f", "/%5c", "/;", "/@", "/?", "/#", "https:", "https://",
            "https:///", "http://", Spa, Spa + "/", Spa + "@", Spa + ".", Spa + ":", BffUrl, BffUrl + "/swagger/"];
        string[] middles = ["", "/", "//", "\\", "@", ":", "%2f", "%252f", "%5c", "%09", "%0a", "%00", "\t", "\r\n", " ", "\u200b",
            "\uff0f", "\u3002", "..", "%2e%2e", "?", "#", "é"];
        string[] ends = ["", "evil.example", "/evil.example", "@evil.example", "//evil.example/%2f..", "swagger/", "login"];
        var allowed = 0;

        var texts = starts.SelectMany(start =>
            middles.SelectMany(middle => middles.SelectMany(other => ends.Select(end => start + middle + other + end))));
        foreach (var (text, options) in texts.SelectMany(text => new[] { (text, Apart), (text, Shared) }))
        {
            if (ReturnUrl.Parse(text, options) is not { } returnUrl) continue;
            allowed++;
            foreach (var location in new[] { returnUrl.Location, returnUrl.WithError(SignInError.LoginFailed) })
            {
                Assert.DoesNotContain(location, character => character is <= ' ' or > '~' or '\\');
                Assert.True(LeadsHome(location, options), $"{text} led to {location}");
            }
        }
        Assert.InRange(allowed, 500, 100_000);
    }

    /// <summary>As a browser reads it (WHATWG URL).</summary>
    private static bool LeadsHome(string location, BffOptions options)
    {
        var url = new Url(location);
        return !url.IsInvalid && (options.SpaOrigins.Contains(url.Origin)
            || (url.Origin == options.PublicUrl && url.PathName.Trim('/') is "swagger" or "swagger/index.html"));
    }
}
