using System.Net;
using System.Text.Json;
using Bff.Settings;
using Bff.SignIn;
using Bff.Tests.Hosting;

namespace Bff.Tests.SignIn;

/// <summary>Wherever the BFF sends a browser, Chromium's own URL parser sees an SPA's origin, or the BFF's Swagger page.</summary>
[Row("RED-01", "RED-02", "RED-03", "RED-04", "RED-05", "RED-06", "RED-07", "RED-08", "RED-10", "RED-11", "RED-13", "RED-15")]
public sealed class ReturnUrlFamilyTests(Chromium chromium, SharedRedis redis)
{
    private const int Walks = 100, Chunk = 5000;

    /// <summary>
    /// How Chromium reads each: as a Location, as a Location seen from elsewhere, as a link; then what an SPA would reach that
    /// uses its own path as an address, as it is and decoded once more.
    /// </summary>
    private const string Reading = """
        json => {
            const decoded = path => new TextDecoder().decode(Uint8Array.from(
                path.replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16))),
                character => character.charCodeAt(0)));
            return JSON.stringify(JSON.parse(json).map(location => {
                const url = new URL(location);
                const link = Object.assign(document.createElement('a'), { href: location });
                return {
                    Origins: [url.origin, new URL(location, 'http://elsewhere.example/a/b').origin, link.origin,
                        new URL(url.pathname, url.origin).origin, new URL(decoded(url.pathname), url.origin).origin],
                    Path: url.pathname, User: url.username + url.password,
                };
            }));
        }
        """;

    private sealed record Read(string[] Origins, string Path, string User);

    [Fact]
    public async Task Chromium_reads_whatever_is_accepted_as_an_allowed_origin()
    {
        await using var context = await chromium.NewContextAsync();
        await using var walk = await SignInWalk.StartAsync(redis);
        var apart = new BffOptions { PublicUrl = walk.System.Url.Origin(), SpaOrigins = [walk.System.Spa.Origin()] };
        var shared = new BffOptions { PublicUrl = "https://app.example.com", SpaOrigins = ["https://app.example.com"] };
        string[] family = [.. ReturnUrlFamily.Of(apart.SpaOrigins[0], apart.PublicUrl)],
        other = [.. ReturnUrlFamily.Of(shared.PublicUrl, shared.PublicUrl)];

        var accepted = family.Where(text => ReturnUrl.Parse(text, apart) is not null).ToArray();
        var refused = family.Except(accepted).ToArray();
        var walked = await WalkAsync(walk, Spread(accepted));
        await AssertRefusedAsync(walk, Spread(refused));

        // A family that is all of one kind would show nothing.
        Assert.InRange(accepted.Length, 3000, family.Length);
        Assert.InRange(refused.Length, 10_000, family.Length);
        Assert.Equal(Spread(accepted).Select(text => ReturnUrl.Parse(text, apart)!.Location), walked.Where((_, place) => place % 2 == 0));
        var page = await context.NewPageAsync();
        await AssertLeadHomeAsync(page, apart, [.. walked, .. accepted.SelectMany(text => Locations(text, apart))]);
        await AssertLeadHomeAsync(page, shared, [.. other.SelectMany(text => Locations(text, shared))]);
    }

    private static IEnumerable<string> Locations(string text, BffOptions options) =>
        ReturnUrl.Parse(text, options) is { } returnUrl ? [returnUrl.Location, returnUrl.WithError(SignInError.LoginFailed)] : [];

    private static async Task AssertLeadHomeAsync(Microsoft.Playwright.IPage page, BffOptions options, string[] locations)
    {
        Assert.DoesNotContain(locations, location => location.Any(character => character is <= ' ' or > '~' or '\\'));
        foreach (var chunk in locations.Chunk(Chunk))
        {
            var reads = JsonSerializer.Deserialize<Read[]>(await page.EvaluateAsync<string>(Reading, JsonSerializer.Serialize(chunk)))!;
            Assert.Equal(chunk.Length, reads.Length);
            foreach (var (location, read) in chunk.Zip(reads))
                Assert.True(LeadsHome(read, options), $"{location} leads to {string.Join(' ', read.Origins)}, {read.Path}");
        }
    }

    private static bool LeadsHome(Read read, BffOptions options)
    {
        if (read.User.Length > 0 || read.Origins.Distinct().Count() != 1) return false;
        if (read.Origins[0] == options.PublicOrigin && read.Path is "/swagger/" or "/swagger/index.html") return true;
        var ends = new[] { "/login", "/callback", "/logout", "/me", "/refresh", "/api", "/openapi.yaml", "/swagger" };
        var isEndpoint = read.Origins[0] == options.PublicOrigin
            && ends.Any(end => (Uri.UnescapeDataString(read.Path) + "/").StartsWith(end + "/", StringComparison.OrdinalIgnoreCase));
        return options.SpaOrigins.Contains(read.Origins[0]) && !isEndpoint;
    }

    /// <summary>Where the running application leads: each text twice, after success and after a failure.</summary>
    private static async Task<List<string>> WalkAsync(SignInWalk walk, IEnumerable<string> texts)
    {
        List<string> locations = [];
        foreach (var text in texts)
        {
            locations.Add(await walk.WalkAsync(text));
            locations.Add(await walk.WalkAsync(text, error: "access_denied"));
        }
        return locations;
    }

    private static async Task AssertRefusedAsync(SignInWalk walk, IEnumerable<string> texts)
    {
        var asked = walk.Provider.Requests.Count;
        foreach (var text in texts)
        {
            using var answer = await walk.LoginAsync(text);
            Assert.True(answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.RequestUriTooLong, $"{text}: {answer.StatusCode}");
            Assert.Null(SignInWalk.Location(answer));
            Assert.False(answer.Headers.Contains("Set-Cookie"), text);
        }
        Assert.Equal(asked, walk.Provider.Requests.Count);
        Assert.Equal(0, walk.Pending());
    }

    /// <summary>Evenly over the family, and never in step with its grammar.</summary>
    private static IEnumerable<string> Spread(string[] texts) =>
        Enumerable.Range(0, Walks).Select(number => texts[(int)((long)number * texts.Length / Walks)]);
}
