using System.Buffers.Text;
using Bff.Sessions;
using Bff.Tests.Hosting;
using CsCheck;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Bff.Tests.Sessions;

/// <summary>Only what was given out is a session, whatever lies beside it in the header. See <see cref="Fuzz"/> for longer runs.</summary>
[Row("SES-04", "SES-06")]
public sealed class FuzzedCookieTests(SharedRedis redis)
{
    private const string Name = The.SessionCookie;

    private static readonly SessionCookie Cookies = new(new Bff.Sessions.SessionOptions());

    /// <summary>
    /// What other applications of the domain may put beside it: no semicolon and no control character, for which a browser has no
    /// cookie.
    /// </summary>
    private static readonly Gen<string> Neighbours = Gen.OneOf<string>(
        Gen.OneOf("a=b", "=", "", "a", "a=\"", "a=\"b; c", "a=b,", "a=b, c=d", Name, "\u00a0" + Name + "=x", "\u0085" + Name + "=x",
            Name + "2=x", "x" + Name + "=y", "__HOST-BFF=x", "__host-bff=y", Name + "-login=z", "$Version=1", "a=%", "a=%00", "é=ü",
        "a=\u0080\u00ff", "a=" + new string('x', 3000)),
        Gen.Char[' ', '\u00ff'].Array[0, 30].Select(characters =>
            string.Concat(characters.Where(character => character is not (';' or '\u007f') && !char.IsControl(character)))));

    [Fact]
    public async Task A_mutation_of_a_session_cookie_is_none()
    {
        var ids = new[] { SessionId.Create(), SessionId.Create() };
        var values = Array.ConvertAll(ids, Value);
        var headers = Array.ConvertAll(values, value => $"{Name}={value}");
        for (var index = 0; index < ids.Length; index++) Assert.Equal(ids[index].Name, Read(headers[index])?.Name);

        await Fuzz.Text([.. headers, headers[0] + "; " + headers[1], "a=b; " + headers[1]]).RunAsync(header =>
        {
            var read = Read(header);

            // Of two under its name neither counts.
            var named = header.Split(';').Select(pair => pair.Trim(' ', '\t'))
                .Where(pair => pair.StartsWith(Name + "=", StringComparison.Ordinal)).ToArray();
            Assert.Equal(named is [var only] ? ids.Where((_, index) => IsSame(only, values[index])).FirstOrDefault()?.Name : null,
                read?.Name);
            return Task.CompletedTask;
        }, Fuzz.Print);
    }

    [Fact]
    public async Task A_genuine_cookie_is_found_among_any_neighbours()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        var genuine = $"{Name}={browser.Cookie(Name)!.Value}";

        await Gen.Select(Neighbours.Array[0, 3], Neighbours.Array[0, 3]).RunAsync(async sides =>
        {
            var header = string.Join("; ", sides.Item1.Append(genuine).Concat(sides.Item2));
            Assert.Equal(200, RawHttp.Status(await MeAsync(system, header)));
            Assert.Equal(401, RawHttp.Status(await MeAsync(system, string.Join("; ", sides.Item1.Concat(sides.Item2)))));
        }, sides => Fuzz.Print(string.Join("; ", sides.Item1) + " | " + string.Join("; ", sides.Item2)));
    }

    [Theory]
    [InlineData("__HOST-bff={0}"), InlineData("__host-bff={0}"), InlineData("a=b,__Host-bff={0}"), InlineData("a=\"__Host-bff={0}\"")]
    [InlineData("__Host-bff ={0}"), InlineData("%5F_Host-bff={0}"), InlineData("__Host-bff=\"{0}\"")]
    [InlineData("__Host-bff=={0}"), InlineData("x__Host-bff={0}"), InlineData("__Host-bff-login={0}")]
    [InlineData("__Host-bff={1}; __Host-bff={0}"), InlineData("__Host-bff={0}; __Host-bff={1}")]
    [InlineData("\u00a0__Host-bff={0}"), InlineData("\u0085__Host-bff={0}"), InlineData("__Host-bff\u00a0={0}")]
    [InlineData("\u00c2\u00a0__Host-bff={0}"), InlineData("\u00e2\u0080\u0080__Host-bff={0}")]
    [InlineData("\u00e3\u0080\u0080__Host-bff={0}")]
    public async Task A_genuine_value_in_another_cookie_is_no_session(string header)
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        using var attacker = system.Browser();
        await browser.SignInAsync(system);
        await attacker.SignInAsync(system, The.Bob);
        var values = new object[] { browser.Cookie(Name)!.Value, attacker.Cookie(Name)!.Value };

        var answer = await MeAsync(system, string.Format(System.Globalization.CultureInfo.InvariantCulture, header, values));

        Assert.Equal(401, RawHttp.Status(answer));
        Assert.DoesNotContain("\nLocation:", answer, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(2, system.Keys().Count(key => key.Contains(":session:", StringComparison.Ordinal)));
    }

    private static Task<string> MeAsync(BffSystem system, string header) =>
        RawHttp.SendAsync(system.Url, "GET /me HTTP/1.1", ["X-CSRF: 1", "Cookie: " + header]);

    private static string Value(SessionId id)
    {
        var context = new DefaultHttpContext();
        Cookies.Append(context.Response, id);
        return SetCookieHeaderValue.Parse(context.Response.Headers.SetCookie.ToString()).Value.ToString();
    }

    private static SessionId? Read(string header)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.Cookie = header;
        return Cookies.Read(context.Request);
    }

    // The last character has bits that stand for nothing.
    private static bool IsSame(string pair, string value) =>
        pair.StartsWith(Name + "=", StringComparison.Ordinal) && pair[(Name.Length + 1)..] is var other
        && other.Length == value.Length && Base64Url.IsValid(other)
            && Base64Url.DecodeFromChars(other).AsSpan().SequenceEqual(Base64Url.DecodeFromChars(value));
}
