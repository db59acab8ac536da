using Bff.Sessions;
using Bff.SignIn;
using Bff.Storage;
using Bff.Tests.Hosting;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;

namespace Bff.Tests.Sessions;

/// <summary>The cookies themselves: what they look like, and that nothing but what was given out is ever read.</summary>
public sealed class HostCookieTests
{
    private static readonly Bff.Sessions.SessionOptions Options = new();
    private static readonly EphemeralDataProtectionProvider Keys = new();
    private static readonly SessionCookie Session = new(Options);
    private static readonly LoginCookie Login = new(Keys, Options);

    [Fact, Row("SES-01", "SES-15", "LGN-07")]
    public void The_session_cookie_is_bound_to_the_host_and_closed_to_scripts()
    {
        var cookie = Given(SessionId.Create());

        Assert.Equal(("__Host-bff", "/", true, true, Microsoft.Net.Http.Headers.SameSiteMode.Strict),
            (cookie.Name.Value, cookie.Path.Value, cookie.Secure, cookie.HttpOnly, cookie.SameSite));
        Assert.Equal((null, null, null), (cookie.Domain.Value, cookie.MaxAge, cookie.Expires));
        Assert.InRange(cookie.Value.Length, 43, 512);
    }

    [Fact, Row("LGN-07")]
    public void The_login_cookie_comes_back_from_the_provider_and_lives_as_long_as_a_login()
    {
        var context = new DefaultHttpContext();
        Login.ReadOrCreate(context);
        var cookie = SetCookieHeaderValue.Parse(context.Response.Headers.SetCookie.ToString());

        Assert.Equal(("__Host-bff-login", "/", true, true, Microsoft.Net.Http.Headers.SameSiteMode.Lax),
            (cookie.Name.Value, cookie.Path.Value, cookie.Secure, cookie.HttpOnly, cookie.SameSite));
        Assert.Equal((null, Options.LoginTimeout), (cookie.Domain.Value, cookie.MaxAge));
    }

    [Fact, Row("LGN-11")]
    public void All_tabs_of_a_browser_share_one_login_secret()
    {
        var first = new DefaultHttpContext();
        var secret = Login.ReadOrCreate(first);
        var second = Request("__Host-bff-login", SetCookieHeaderValue.Parse(first.Response.Headers.SetCookie.ToString()).Value.ToString());

        Assert.Equal(secret, Login.ReadOrCreate(second.HttpContext));
    }

    [Fact, Row("SES-14")]
    public void A_cookie_is_deleted_with_the_attributes_it_was_set_with()
    {
        var context = new DefaultHttpContext();
        Session.Delete(context.Response);
        var cookie = SetCookieHeaderValue.Parse(context.Response.Headers.SetCookie.ToString());
        var given = Given(SessionId.Create());

        Assert.Equal(TimeSpan.Zero, cookie.MaxAge);
        Assert.Equal((given.Name, given.Path, given.Secure, given.HttpOnly, given.SameSite, given.Domain),
            (cookie.Name, cookie.Path, cookie.Secure, cookie.HttpOnly, cookie.SameSite, cookie.Domain));
    }

    [Fact]
    public void What_was_given_is_read()
    {
        var id = SessionId.Create();

        Assert.Equal(id.Name, Session.Read(Request("__Host-bff", Given(id).Value.ToString()))!.Name);
    }

    [Fact, Row("SES-06", "SES-07")]
    public void A_change_of_any_character_is_noticed()
    {
        var value = Given(SessionId.Create()).Value.ToString();
        for (var position = 0; position < value.Length - 1; position++)
        {
            var changed = value[..position] + (value[position] == 'A' ? 'B' : 'A') + value[(position + 1)..];
            Assert.True(Session.Read(Request("__Host-bff", changed)) is null, $"character {position}");
        }
        for (var length = 0; length < value.Length; length++) Assert.Null(Session.Read(Request("__Host-bff", value[..length])));
        Assert.Null(Session.Read(Request("__Host-bff", value.ToUpperInvariant())));
    }

    [Theory, Row("SES-04", "SES-06")]
    [InlineData(""), InlineData("x"), InlineData("*"), InlineData("../"), InlineData("%s%n"), InlineData("%00"), InlineData("é")]
    [InlineData("null"), InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void What_was_never_given_is_nothing(string value) => Assert.Null(Session.Read(Request("__Host-bff", value)));

    [Fact, Row("SES-06")]
    public void A_long_value_is_not_even_decoded() => Assert.Null(Session.Read(Request("__Host-bff", new string('A', 16 * 1024))));

    [Fact, Row("SES-04")]
    public void A_login_cookie_is_no_session_cookie()
    {
        var context = new DefaultHttpContext();
        Login.ReadOrCreate(context);
        var login = SetCookieHeaderValue.Parse(context.Response.Headers.SetCookie.ToString()).Value.ToString();

        Assert.Null(Session.Read(Request("__Host-bff", login)));
        Assert.Null(Login.Read(Request("__Host-bff-login", Given(SessionId.Create()).Value.ToString())));
    }

    [Fact, Row("OPS-02")]
    public void A_key_ring_that_cannot_be_read_is_a_fault_of_the_store_and_not_a_forged_cookie()
    {
        var services = new ServiceCollection();
        services.AddDataProtection().AddKeyManagementOptions(options => options.XmlRepository = new Unreachable());
        using var provider = services.BuildServiceProvider();
        var cookie = new LoginCookie(provider.GetRequiredService<IDataProtectionProvider>(), Options);
        var context = new DefaultHttpContext();
        Login.ReadOrCreate(context);
        var value = SetCookieHeaderValue.Parse(context.Response.Headers.SetCookie.ToString()).Value.ToString();

        Assert.Throws<StoreUnavailableException>(() => cookie.Read(Request("__Host-bff-login", value)));
        Assert.Throws<StoreUnavailableException>(() => cookie.ReadOrCreate(new DefaultHttpContext()));
    }

    private static SetCookieHeaderValue Given(SessionId id)
    {
        var context = new DefaultHttpContext();
        Session.Append(context.Response, id);
        return SetCookieHeaderValue.Parse(context.Response.Headers.SetCookie.ToString());
    }

    private static HttpRequest Request(string name, string value)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.Cookie = $"{name}={value}";
        return context.Request;
    }

    private sealed class Unreachable : IXmlRepository
    {
        public IReadOnlyCollection<System.Xml.Linq.XElement> GetAllElements() =>
            throw new StoreUnavailableException("Redis is down.", new IOException());

        public void StoreElement(System.Xml.Linq.XElement element, string friendlyName) =>
            throw new StoreUnavailableException("Redis is down.", new IOException());
    }
}
