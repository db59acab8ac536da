using System.Net;

namespace Bff.Tests.Compose;

/// <summary>The person's path through the published ports.</summary>
[Collection(ComposedSystem.Name)]
public sealed class SignInTests
{
    [ComposeFact]
    public async Task A_new_user_signs_in_calls_the_API_refreshes_and_signs_out()
    {
        using var person = await Person.SignedInAsync();

        var me = await person.FetchJsonAsync(HttpMethod.Get, "/me");
        Assert.Equal(person.Email, me["claims"]!["email"]!.ToString());

        var hello = await person.FetchJsonAsync(HttpMethod.Get, "/api/hello");
        Assert.Equal(me["sub"]!.ToString(), hello["sub"]!.ToString());

        var refreshed = await person.FetchJsonAsync(HttpMethod.Post, "/refresh");
        Assert.Equal(me["session"]!["id"]!.ToString(), refreshed["session"]!["id"]!.ToString());

        var logout = await person.FetchJsonAsync(HttpMethod.Post, "/logout");
        Assert.Null(person.SessionCookie);
        using var signedOut = await person.FetchAsync(HttpMethod.Get, "/me");
        Assert.Equal(HttpStatusCode.Unauthorized, signedOut.StatusCode);

        await person.Browser.NavigateAsync(logout["logoutUrl"]!.ToString());
        // Not the user pool's error page, on which an OpenID Connect sign-out would end.
        Assert.Equal(person.Spa, (await person.Browser.FollowAllAsync()).Url);
        Assert.Contains((await person.LogInAsync()).Form.Elements, field => field.GetAttribute("name") == "password");
    }

    [ComposeFact]
    public async Task What_the_containers_log_holds_no_secret_of_the_session()
    {
        using var person = await Person.SignedInAsync();
        await person.FetchJsonAsync(HttpMethod.Post, "/refresh");

        var log = await Containers.LogAsync("bff");

        Assert.NotEmpty(log);
        Assert.DoesNotContain(person.SessionCookie!.Value, log, StringComparison.Ordinal);
        Assert.DoesNotContain("eyJ", log, StringComparison.Ordinal);
        Assert.DoesNotContain("code=", log, StringComparison.Ordinal);
        Assert.DoesNotContain("state=", log, StringComparison.Ordinal);
    }
}
