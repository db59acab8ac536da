using System.Globalization;
using System.Net;
using System.Web;
using Bff.Tests.Hosting;
using StackExchange.Redis;

namespace Bff.Tests.SignIn;

/// <summary>Return URLs that are taken, from <c>/login</c> to the last redirect; the copy in Redis is not trusted.</summary>
public sealed class ReturnUrlAcceptedTests(SharedRedis redis)
{
    private const string Second = "https://app.example.com";

    private static readonly string[] Legitimate =
    [
        "/", "/a/b?x=%2F%2Fz", "/?next=https://other.example", "/?next=//other.example&x=%0d%0a", "/p#frag", "/p#/%0a//x",
        "/a?x=1&client_id=evil#%26scope=admin", "/a%20b+c", "/100%", "/%zz", "/a//b", "/a/./b/../c",
        "/~u/!$&'()*+,;=:@", "/.well-known", "/..", "/...", "/?", "/#", "/?code=1&state=2", "/@evil.example", "/%252e%252e/x",
    ];

    // Each with characters whose low byte is a line feed or a carriage return: 上 不 嘍 제 す ...
    private static readonly string[] Scripts =
        ["/é", "/商品/上海?不=上下", "/走嘍/不", "/\u4e0a\u4e0d\u510a\u510d", "/한국어/제품", "/日本語/すし?q=ひらがな", "/Straße", "/кириллица", "/ไทย", "/עברית"];

    [Fact, Row("RED-18", "LGN-05")]
    public async Task A_place_of_the_SPA_is_returned_to_byte_for_byte()
    {
        await using var walk = await SignInWalk.StartAsync(redis, ("Bff:SpaOrigins:1", Second));

        foreach (var text in Legitimate)
        {
            Assert.Equal(walk.System.Spa.Origin() + text, await walk.WalkAsync(text));
            Assert.Equal(Second + text, await walk.WalkAsync(Second + text));
        }
        Assert.Equal(walk.System.Spa.AbsoluteUri, await walk.WalkAsync(""));
        Assert.Equal(Second + "/", await walk.WalkAsync(Second));
        foreach (var text in new[] { "/swagger/", walk.System.Url.Origin() + "/swagger/" })
            Assert.Equal(walk.System.Url.Origin() + "/swagger/", await walk.WalkAsync(text));
    }

    [Fact, Row("RED-18", "RED-13")]
    public async Task A_path_in_any_script_is_returned_to_as_a_browser_would_encode_it()
    {
        await using var walk = await SignInWalk.StartAsync(redis);

        foreach (var text in Scripts) Assert.Equal(walk.System.Spa.Origin() + Percent(text), await walk.WalkAsync(text));
    }

    [Fact, Row("LGN-05")]
    public async Task A_return_URL_changes_nothing_of_the_authorization_request()
    {
        await using var walk = await SignInWalk.StartAsync(redis);

        foreach (var text in new[] { "/", "/a?x=1&client_id=evil#%26scope=admin", "/a&redirect_uri=https://evil.example&state=evil",
            "/%26client_id%3Devil" })
        {
            using var login = await walk.LoginAsync(text);
            var query = HttpUtility.ParseQueryString(new Uri(SignInWalk.Location(login)!).Query);
            Assert.Equal(["response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge",
                "code_challenge_method"], query.AllKeys);
            Assert.Equal((TestProvider.ClientId, walk.System.Url.Origin() + "/callback", "openid email phone"),
                (query["client_id"], query["redirect_uri"], query["scope"]));
            Assert.DoesNotContain("evil", SignInWalk.Location(login), StringComparison.Ordinal);
        }
    }

    [Fact, Row("RED-14")]
    public async Task What_was_changed_in_Redis_signs_no_one_in()
    {
        await using var walk = await SignInWalk.StartAsync(redis);
        var (callback, cookie) = await walk.UpToCallbackAsync("/here");
        // Each byte once, in both records: the one that is taken, and the one that a replay finds.
        var records = walk.System.Keys().Where(key => key.Contains(":signin", StringComparison.Ordinal))
            .Select(key => (Key: key, Value: (byte[])walk.System.Redis.StringGet(key)!)).ToArray();
        Assert.Equal(2, records.Length);

        for (var position = 0; position < records.Max(record => record.Value.Length); position++)
        {
            foreach (var (key, value) in records)
            {
                var changed = (byte[])value.Clone();
                changed[Math.Min(position, changed.Length - 1)] ^= 1;
                await walk.System.Redis.StringSetAsync(key, changed);
            }
            await AssertRefusedAsync(walk, callback, cookie);
        }
    }

    [Fact, Row("RED-14")]
    public async Task Another_sign_ins_record_in_the_place_of_ones_own_is_none()
    {
        await using var walk = await SignInWalk.StartAsync(redis);
        var (callback, cookie) = await walk.UpToCallbackAsync("/here");
        var own = walk.System.Keys().Where(key => key.Contains(":signin", StringComparison.Ordinal)).ToArray();
        await walk.UpToCallbackAsync("/there");
        foreach (var key in own)
        {
            var kind = key[..key.IndexOf('{', StringComparison.Ordinal)];
            var other = walk.System.Keys().Single(candidate => candidate.StartsWith(kind, StringComparison.Ordinal) && candidate != key);
            await walk.System.Redis.StringSetAsync(key, await walk.System.Redis.StringGetAsync(other), TimeSpan.FromMinutes(1));
        }

        await AssertRefusedAsync(walk, callback, cookie);
    }

    [Fact, Row("RED-14")]
    public async Task What_was_stored_is_judged_again_before_anybody_is_sent_there()
    {
        await using var walk = await SignInWalk.StartAsync(redis, ("Bff:SpaOrigins:1", Second));
        var (callback, cookie) = await walk.UpToCallbackAsync(Second + "/here");
        var failing = await walk.UpToCallbackAsync(Second + "/there");
        walk.System.Settings.Remove("Bff:SpaOrigins:1");
        await walk.System.RestartAsync();

        using var answer = await walk.CallbackAsync(callback, cookie);
        using var replayed = await walk.CallbackAsync(callback, cookie);
        using var failed = await walk.CallbackAsync(new Uri(walk.System.Url, "/callback?error=access_denied&state="
            + HttpUtility.ParseQueryString(failing.Callback.Query)["state"]), failing.Cookie);

        Assert.Equal(walk.System.Spa.AbsoluteUri, SignInWalk.Location(answer));
        Assert.Equal(walk.System.Spa.AbsoluteUri, SignInWalk.Location(replayed));
        Assert.Equal(walk.System.Spa.AbsoluteUri + "?login_error=access_denied", SignInWalk.Location(failed));
    }

    private static async Task AssertRefusedAsync(SignInWalk walk, Uri callback, string cookie)
    {
        using var answer = await walk.CallbackAsync(callback, cookie);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Null(SignInWalk.Location(answer));
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        Assert.Equal(0, walk.Provider.Count(TestProvider.Token));
        Assert.DoesNotContain(walk.System.Keys(), key => key.Contains(":session:", StringComparison.Ordinal));
    }

    private static string Percent(string text) =>
        string.Concat(System.Text.Encoding.UTF8.GetBytes(text)
        .Select(one => one < 0x80 ? ((char)one).ToString() : "%" + one.ToString("X2", CultureInfo.InvariantCulture)));
}
