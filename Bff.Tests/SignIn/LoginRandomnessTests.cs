using System.Buffers.Text;
using System.Collections.Specialized;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using System.Web;
using Bff.Tests.Hosting;

namespace Bff.Tests.SignIn;

/// <summary>State, nonce and code verifier can't be guessed, and none tells another.</summary>
public sealed partial class LoginRandomnessTests(SharedRedis redis)
{
    private const int Logins = 1000;

    [Fact, Row("LGN-01", "LGN-02", "LGN-03")]
    public async Task A_thousand_logins_share_no_value_and_no_part_of_one()
    {
        await using var target = await SignInTarget.StartAsync(redis);

        var queries = new NameValueCollection[Logins];
        await Parallel.ForAsync(0, Logins, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
        {
            using var answer = await target.SendAsync("/login");
            queries[i] = HttpUtility.ParseQueryString(answer.Headers.Location!.Query);
        });

        string[] names = ["state", "nonce", "code_challenge"];
        var values = names.SelectMany(name => queries.Select(query => query[name]!)).ToArray();
        Assert.Equal(3 * Logins, values.Distinct().Count());
        Assert.All(values, value => Assert.Matches(Random256Bits(), value));
        foreach (var name in names)
        {
            // Of 2^24 possible beginnings, middles and ends a thousand random ones share a few at most; a counter or a clock shares
            // nearly all.
            foreach (var part in new[] { 0..4, 20..24, 38..42 })
                Assert.InRange(queries.Select(query => query[name]![part]).Distinct().Count(), Logins - 5, Logins);
        }
    }

    [Fact, Row("LGN-02", "LGN-03", "LGN-06")]
    public async Task The_verifier_goes_to_the_token_endpoint_alone_and_is_none_of_the_public_values()
    {
        await using var target = await SignInTarget.StartAsync(redis);
        var verifiers = new List<string>();

        for (var i = 0; i < 20; i++)
        {
            using var browser = target.System.Browser();
            var callback = await browser.SignInUpToCallbackAsync(target.System);
            await browser.FollowAsync();

            var request = HttpUtility.ParseQueryString(target.Provider.Requests.Last(received =>
                received.Path == TestProvider.Authorize).Query);
            var verifier = target.Redeemed[^1].Form["code_verifier"]!;
            verifiers.Add(verifier);
            Assert.Matches(Random256Bits(), verifier);
            Assert.Equal(request["code_challenge"], Sha256(verifier));
            Assert.Equal(SignInTarget.StateIn(callback), request["state"]);
            string[] known = [request["state"]!, request["nonce"]!, browser.Cookie(The.LoginCookie)!.Value, request["code_challenge"]!];
            Assert.DoesNotContain(verifier, known.Concat(known.Select(Sha256)));
            Assert.NotEqual(request["nonce"], Sha256(request["state"]!));
            Assert.NotEqual(request["state"], Sha256(request["nonce"]!));
        }

        Assert.Equal(20, verifiers.Distinct().Count());
        // Where it must not be: in any address, in Redis, in the logs.
        Assert.All(verifiers, verifier =>
            Assert.DoesNotContain(target.Provider.Requests, received => received.Query.Contains(verifier, StringComparison.Ordinal)));
        Assert.All(verifiers, verifier => Assert.DoesNotContain(verifier, target.System.Logs.All, StringComparison.Ordinal));
    }

    [Theory, Row("LGN-03")]
    [InlineData(null, 302), InlineData("S256", 302), InlineData("plain S256", 302), InlineData("plain", 503), InlineData("", 302)]
    [InlineData("s256", 503)]
    public async Task A_provider_without_S256_is_not_signed_in_at(string? announced, int expected)
    {
        await using var target = await SignInTarget.StartAsync(redis);
        if (announced is not null)
            target.Provider.Metadata["code_challenge_methods_supported"] =
            new System.Text.Json.Nodes.JsonArray([.. announced.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);

        using var answer = await target.SendAsync("/login");

        Assert.Equal(expected, (int)answer.StatusCode);
        if (expected == 302) Assert.Contains("code_challenge_method=S256", answer.Headers.Location!.Query, StringComparison.Ordinal);
        else SignInTarget.AssertNoCookie(answer, "a refused login binds nothing");
        Assert.Equal(expected == 302 ? 1 : 0, target.SignIns);
    }

    private static string Sha256(string text) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(text)));

    /// <summary>43 characters of base64url hold 256 bits and are unreserved (RFC 7636 section 4.1).</summary>
    [GeneratedRegex("^[A-Za-z0-9_-]{43}$")]
    private static partial Regex Random256Bits();
}
