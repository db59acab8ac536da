using System.Net;
using System.Text.Json.Nodes;
using Bff.Tests.Hosting;

namespace Bff.Tests.Compose;

/// <summary>A new user of the composed system with a browser of their own, who reaches everything through published ports.</summary>
internal sealed class Person : IDisposable
{
    private const string TemporaryPassword = "Temp#Passw0rd1";

    private readonly Uri bff;
    private readonly Uri userPool;
    private readonly Uri spa;

    private Person(Uri bff, Uri userPool, Uri spa) => (this.bff, this.userPool, this.spa) = (bff, userPool, spa);

    public Browser Browser { get; } = new();

    public string Email { get; } =
        $"{Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(6))}@example.com";

    public Uri Spa => spa;

    public Hosting.Cookie? SessionCookie => Browser.Cookie(The.SessionCookie);

    public static async Task<Person> SignedInAsync()
    {
        var person = new Person(await Containers.PublishedAsync("bff", 8080), await Containers.PublishedAsync("user-pool", 5001),
            await Containers.PublishedAsync("spa", 5173));
        await person.IsAddedToTheUserPoolAsync();
        await person.SignInForTheFirstTimeAsync();
        return person;
    }

    /// <summary>What the SPA's script does: with the CSRF header and its own origin.</summary>
    public Task<HttpResponseMessage> FetchAsync(HttpMethod method, string path) =>
        Browser.FetchAsync(spa, method, new Uri(bff, path), [("X-CSRF", "1")]);

    public async Task<JsonNode> FetchJsonAsync(HttpMethod method, string path)
    {
        using var response = await FetchAsync(method, path);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.JsonAsync();
    }

    /// <summary>The SPA's link to <c>/login</c>, as far as the BFF and the user pool lead without a word from the person.</summary>
    public async Task<BrowserPage> LogInAsync()
    {
        await Browser.NavigateAsync(spa, typed: true);
        await Browser.NavigateAsync(new Uri(bff, "/login?returnUrl=/orders"));
        return await Browser.FollowAllAsync();
    }

    public void Dispose() => Browser.Dispose();

    private async Task IsAddedToTheUserPoolAsync()
    {
        var console = await Browser.NavigateAsync(userPool, typed: true);
        await Browser.SubmitAsync(console.Form, ("username", Email), ("password", TemporaryPassword));
        Assert.Contains(Email, (await Browser.FollowAllAsync()).Says, StringComparison.Ordinal);
    }

    private async Task SignInForTheFirstTimeAsync()
    {
        var signIn = await LogInAsync();
        await Browser.SubmitAsync(signIn.Form, ("username", Email), ("password", TemporaryPassword));
        var choose = await Browser.FollowAllAsync();
        await Browser.SubmitAsync(choose.Form, ("newPassword", The.Password), ("confirmPassword", The.Password));
        Assert.Equal(new Uri(spa, "/orders"), (await Browser.FollowAllAsync()).Url);
    }
}
