using Bff.Oidc;
using Bff.Proxy;
using Bff.Tests.Hosting;
using CsCheck;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Bff.Tests.SignIn;

/// <summary>What stands in a URL's query or path. See <see cref="Fuzz"/> for longer runs.</summary>
public sealed class FuzzedQueryTests
{
    private const string Issuer = "https://issuer.example.com/pool";

    private static readonly string[] Names = ["state", "code", "error", "iss", "STATE", "Code", "%73tate", "cod%65", "st ate", "foo", ""];
    private static readonly string[] Values =
        ["s", "", "c", "access_denied", Issuer, Issuer + "/", "https%3a%2f%2fissuer.example.com%2fpool", "%00", "a%26code=b", "a+b",
        "%", "%zz", "%ff", "é", "=", new string('x', 9000)];
    private static readonly string[] Separators = ["&", "&&", ";", "&amp;", "?", "#", "%26"];

    [Fact, Row("CB-01", "CB-10", "CB-16", "CB-18")]
    public async Task Only_a_query_with_one_code_one_state_and_no_error_yields_a_code()
    {
        var pair = Gen.Select(Gen.OneOf(Names), Gen.OneOf("=", "", "=="), Gen.OneOf(Values), Gen.OneOf(Separators),
            (name, equals, value, separator) => $"{name}{equals}{value}{separator}");
        var built = pair.Array[0, 7].Select(pairs => "state=s&code=c&" + string.Concat(pairs));
        var granted = 0;

        await Gen.OneOf<string>(built, pair.Array[0, 7].Select(string.Concat),
            Fuzz.Text("code=abc&state=def", $"state=a&error=access_denied&iss={Issuer}",
            "state=a&code=b&iss=https%3A%2F%2Fissuer.example.com%2Fpool")).RunAsync(text =>
        {
            var context = new DefaultHttpContext();
            context.Request.QueryString = new QueryString("?" + text);
            if (AuthorizationResponse.Read(context.Request.Query) is not { } response) return Task.CompletedTask;
            Assert.InRange(response.State.Length, 1, 128);
            foreach (var isAnnounced in new[] { true, false })
            {
                if (response.Judge(new OpenIdConnectConfiguration
                {
                    Issuer = Issuer,
                    AuthorizationResponseIssParameterSupported = isAnnounced
                }) is not AuthorizationVerdict.Granted verdict) continue;
                granted++;
                var query = Count(text);
                Assert.Equal((1, 1, 0), (query("state"), query("code"), query("error")));
                Assert.True(query("iss") == 0 ? !isAnnounced : query("iss") == 1 && context.Request.Query["iss"] == Issuer);
                Assert.InRange(verdict.Code.Value.Length, 1, AuthorizationResponse.MaximumCodeLength);
            }
            return Task.CompletedTask;
        }, Fuzz.Print);

        Assert.NotEqual(0, granted);
    }

    [Fact, Row("PRX-05")]
    public async Task A_path_that_passes_stays_in_its_place_however_an_API_reads_it()
    {
        var piece = Gen.OneOf("..", ".", "/", "//", "\\", ";", ";x=1", "%2e", "%2E%2e", "%2f", "%5c", "%252e", "%3b", "%00", "\r\n",
            "%", "%%32%65", "a", "é", "...", " ", "%c0%ae", "\u2025");
        var (passed, refused) = (0, 0);

        await Gen.OneOf<string>(piece.Array[0, 8].Select(pieces => "/api/" + string.Concat(pieces)),
            Fuzz.Text("/api/orders/1", "/api/..%2fadmin", "/api/a;v=1/..;/b")).RunAsync(path =>
        {
            if (AmbiguousPath.IsAmbiguous(path)) { Interlocked.Increment(ref refused); return Task.CompletedTask; }
            Interlocked.Increment(ref passed);
            // Plain dot segments are the server's to resolve, and it did, before this is asked.
            foreach (var reading in new[] { path, Uri.UnescapeDataString(path) })
            {
                var segments = reading.Replace("%2f", "/", StringComparison.OrdinalIgnoreCase).Replace('\\', '/').Split('/');
                Assert.DoesNotContain(segments, segment => segment.Split(';')[0] is ".." or ".");
                Assert.DoesNotContain(reading, char.IsControl);
            }
            return Task.CompletedTask;
        }, Fuzz.Print);

        Assert.True(passed > 20 && refused > 20, $"{passed} passed, {refused} were refused");
    }

    /// <summary>How often a parameter occurs, by the plain reading of a query: split, then decoded; names in any case.</summary>
    private static Func<string, int> Count(string query)
    {
        var names = query.Split('&').Where(pair => pair.Length > 0)
            .Select(pair => Uri.UnescapeDataString(pair.Split('=')[0].Replace('+', ' '))).ToArray();
        return name => names.Count(candidate => candidate.Equals(name, StringComparison.OrdinalIgnoreCase));
    }
}
