using System.Net;
using System.Web;
using Bff.Tests.Hosting;

namespace Bff.Tests.SignIn;

/// <summary>Parameters in the query of /login that only the BFF itself may set.</summary>
public sealed class LoginParametersTests(SharedRedis redis)
{
    private static readonly string[] Own =
        ["response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge", "code_challenge_method"];

    /// <summary>Each is somebody's attempt to put a word of theirs into the authorization request.</summary>
    private static readonly string[] Attempts =
    [
        "client_id=evil", "redirect_uri=https://evil.example/", "scope=openid%20evil", "state=evil", "nonce=evil",
        "code_challenge=evil", "code_challenge_method=plain&code_challenge=evil",
        "response_type=token&x=evil", "response_mode=form_post&x=evil", "request=evil", "request_uri=https://evil.example/",
        "resource=evil", "claims=evil", "id_token_hint=evil", "acr_values=evil",
        "registration=evil", "display=evil", "ui_locales=evil", "max_age=1&x=evil", "login_hint=evil", "identity_provider=evil",
        "idp_identifier=evil", "client_secret=evil",
        // A third party that would begin the login (Core section 4).
        "iss=https://evil.example", "target_link_uri=https://evil.example/&login_hint=evil",
        "iss=https://evil.example&login_hint=evil&target_link_uri=/evil",
        // Names that a parser might take for those of the documented parameters.
        "returnUrl[]=/evil", "returnUrl%5B0%5D=/evil", "returnUrl.x=/evil", "returnUrl%00=/evil", "return_url=/evil",
        "%20returnUrl=/evil", "returnUrl%20=/evil", "redirect=/evil", "login%48int%00=evil",
        // Separators that are none, and names that are values.
        "=evil", "&&&=evil&", "x;loginHint=evil", "x%26loginHint=evil", "x%3Fprompt=none%26y=evil", "%26scope=evil",
        "x=%0d%0aSet-Cookie:evil",
    ];

    [Fact, Row("LGN-04", "LGN-12", "LGN-15")]
    public async Task An_undocumented_parameter_is_not_sent_to_the_provider()
    {
        await using var target = await SignInTarget.StartAsync(redis);

        foreach (var attempt in Attempts)
        {
            using var answer = await target.SendAsync("/login?" + attempt);

            Assert.True(answer.StatusCode == HttpStatusCode.Found, $"{attempt}: {answer.StatusCode}");
            var query = HttpUtility.ParseQueryString(answer.Headers.Location!.Query);
            Assert.True(Own.SequenceEqual(query.AllKeys!), $"{attempt}: {string.Join(' ', query.AllKeys)}");
            Assert.All(Own, name => Assert.Single(query.GetValues(name)!));
            Assert.Equal((TestProvider.ClientId, target.System.Url.Origin() + "/callback", "openid email phone"),
                (query["client_id"]!, query["redirect_uri"]!, query["scope"]!));
            Assert.False(answer.Headers.ToString().Contains("evil", StringComparison.Ordinal), $"{attempt}: {answer.Headers}");
        }
    }

    [Fact, Row("LGN-04")]
    public async Task A_documented_parameter_that_comes_twice_is_refused_and_begins_nothing()
    {
        await using var target = await SignInTarget.StartAsync(redis);
        string[] twice =
        [
            "returnUrl=/a&returnUrl=/b", "returnUrl=/a&returnUrl=/a", "returnUrl=&returnUrl=", "returnUrl=/a&ReturnURL=/b",
            "returnUrl=/a&return%55rl=/b", "returnUrl=//evil.example&returnUrl=/a",
            "prompt=login&prompt=consent", "prompt=&prompt=login", "loginHint=a&loginHint=b", "identityProvider=a&identityProvider=b",
            "lang=de&lang=en", "maxAge=1&maxAge=2", "maxAge=1&maxAge=1", "maxAge=1&maxAge=x",
        ];

        foreach (var query in twice)
        {
            using var answer = await target.SendAsync("/login?" + query);

            var problem = await answer.ProblemAsync(HttpStatusCode.BadRequest, "invalid_request");
            var name = query.Split('=')[0];
            Assert.Equal([$"{name} must be given once."], problem["errors"]?[name]?.AsArray().Select(fault => (string?)fault));
            SignInTarget.AssertNoCookie(answer, query);
        }
        Assert.Equal(0, target.SignIns);
        using var unknown = await target.SendAsync("/login?returnUrl=/a&utm=1&utm=2");
        Assert.Equal(HttpStatusCode.Found, unknown.StatusCode);
    }

    [Fact, Row("LGN-04", "RED-16")]
    public async Task A_value_that_is_none_is_refused_without_an_echo_and_begins_nothing()
    {
        await using var target = await SignInTarget.StartAsync(redis);
        string[] faults =
        [
            "maxAge=evil", "maxAge=1e3", "maxAge=0x1", "maxAge=99999999999", "maxAge=-1", "maxAge=1.5", "maxAge=%EF%BC%91",
            "maxAge=31536001", "maxAge=evil&x=1",
            "prompt=evil", "prompt=none%20login", "prompt=login%0d%0aevil", "prompt=LOGIN", "lang=evil_evil", "lang=de%00",
            "identityProvider=evil%20evil", "identityProvider=a%26scope%3Devil",
            "loginHint=evil%0d%0a", "loginHint=evil%00", "loginHint=" + new string('e', 257), "returnUrl=https://evil.example",
            "returnUrl=/%0d%0aevil",
            // Not UTF-8, and half characters.
            "prompt=%ff", "identityProvider=%ff", "returnUrl=/%ff%fe", "returnUrl=/%ED%A0%80", "lang=%C0%AF",
        ];

        foreach (var fault in faults)
        {
            using var answer = await target.SendAsync("/login?" + fault);

            var problem = await answer.ProblemAsync(HttpStatusCode.BadRequest, "invalid_request");
            Assert.NotNull(problem["errors"]?[fault.Split('=')[0]]);
            Assert.DoesNotContain("evil", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
                StringComparison.Ordinal);
            SignInTarget.AssertNoCookie(answer, fault);
        }
        Assert.Equal(0, target.SignIns);
        Assert.DoesNotContain("evil", target.System.Logs.All, StringComparison.Ordinal);
    }

    [Fact, Row("LGN-05", "LGN-06", "LGN-13")]
    public async Task A_return_URL_stays_out_of_the_authorization_request_and_comes_back_byte_by_byte()
    {
        await using var target = await SignInTarget.StartAsync(redis);
        foreach (var returnUrl in new[] { "/a?x=1&client_id=evil#%26scope=admin", "/a?x=%26client_id%3Devil&&y=#",
            "/a?nonce=1;state=2&code=3", "/+%2B%20?a+b#c+d" })
        {
            using var browser = target.System.Browser();
            var login = await browser.NavigateAsync(new Uri(target.System.Url, "/login?returnUrl=" + Uri.EscapeDataString(returnUrl)),
                typed: true);

            Assert.Equal(Own, HttpUtility.ParseQueryString(login.Location.Query).AllKeys!);
            Assert.Equal("", login.Text);
            var sent = login.Response.Headers.ToString();
            Assert.DoesNotContain("evil", sent, StringComparison.Ordinal);
            Assert.DoesNotContain(TestProvider.ClientSecret, sent, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.Found, login.Status);
            Assert.Equal("no-store", login.Response.Headers.CacheControl?.ToString());
            Assert.Equal("no-referrer", login.ReferrerPolicy);

            await browser.FollowAsync();
            var done = await browser.FollowAsync();
            Assert.Equal(target.System.Spa.Origin() + returnUrl, done.Response.Headers.Location!.OriginalString);
        }
    }
}
