using Bff.Tests.Hosting;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Bff.Tests.Browsers;

/// <summary>What a person sees and does, in their words.</summary>
internal static class Person
{
    /// <summary>A user who has set a password before.</summary>
    public const string WithPassword = "carol@example.com";

    public const string TemporaryPassword = "Temp#Passw0rd1";

    public static ILocator Heading(this IPage page, string text) => page.GetByRole(AriaRole.Heading, new() { Name = text, Exact = true });

    public static ILocator Button(this IPage page, string name) => page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    public static ILocator Notice(this IPage page) => page.GetByRole(AriaRole.Status);

    public static ILocator ApiAnswer(this IPage page) => page.Locator("#answer");

    public static Task PressAsync(this IPage page, string button) => page.Button(button).ClickAsync();

    /// <summary>Fills the user pool's sign-in page in and sends it.</summary>
    public static async Task GivePasswordAsync(this IPage page, string username, string password)
    {
        await page.GetByLabel("E-mail address").FillAsync(username);
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(password);
        await page.PressAsync("Sign in");
    }

    public static async Task ChoosePasswordAsync(this IPage page, string password)
    {
        await page.GetByLabel("New password", new() { Exact = true }).FillAsync(password);
        await page.GetByLabel("New password, once more").FillAsync(password);
        await page.PressAsync("Change password");
    }

    /// <summary>From the SPA to the SPA.</summary>
    public static async Task SignInAsync(this IPage page, string username = WithPassword, string password = The.Password)
    {
        await page.PressAsync("Sign in");
        await page.IsAskedForPasswordAsync();
        await page.GivePasswordAsync(username, password);
        await page.SeesSignedInAsync(username);
    }

    /// <summary>The first sign-in, with the temporary password.</summary>
    public static async Task SignInForTheFirstTimeAsync(this IPage page, string username)
    {
        await page.PressAsync("Sign in");
        await page.IsAskedForPasswordAsync();
        await page.GivePasswordAsync(username, TemporaryPassword);
        await page.ChoosePasswordAsync(The.Password);
        await page.SeesSignedInAsync(username);
    }

    public static async Task CallApiAsync(this IPage page)
    {
        await page.PressAsync("Call the API");
        await Expect(page.ApiAnswer()).ToContainTextAsync("\"username\"");
    }

    public static Task SeesSignedInAsync(this IPage page, string email) => Expect(page.Heading(email)).ToBeVisibleAsync();

    public static Task SeesSignedOutAsync(this IPage page) => Expect(page.Heading("Welcome")).ToBeVisibleAsync();

    /// <summary>The user pool asks: no one is signed in there.</summary>
    public static async Task IsAskedForPasswordAsync(this IPage page)
    {
        await Expect(page.GetByLabel("Password", new() { Exact = true })).ToBeVisibleAsync();
        await Expect(page.GetByText("You are signed in as")).ToHaveCountAsync(0);
    }
}
