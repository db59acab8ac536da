using Bff.Local;
using Bff.Tests.Hosting;
using Microsoft.Playwright;

namespace Bff.Tests.Local;

/// <summary>The person's path through the system that <c>dotnet run --project Bff.Local</c> starts, embedded Redis included.</summary>
public sealed class LocalSystemTests(Chromium chromium)
{
    private const string NewPassword = "Correct-Horse-7";

    private readonly LocalPorts ports = new();

    [Fact]
    public async Task A_person_signs_in_for_the_first_time_uses_the_api_and_signs_out()
    {
        await using var context = await chromium.NewContextAsync();
        await using var system = await LocalSystem.StartAsync(new LocalSettings(ports.Arguments()), TestContext.Current.CancellationToken);
        var user = system.Settings.UserPool.Users[0];
        var page = await context.NewPageAsync();
        await page.GotoAsync(ports.Spa + "/orders?x=1");

        await Button(page, "Sign in").ClickAsync();
        await page.FillAsync("[name=username]", user.Username);
        await page.FillAsync("[name=password]", user.TemporaryPassword!);
        await page.Keyboard.PressAsync("Enter");
        await page.FillAsync("[name=newPassword]", NewPassword);
        await page.FillAsync("[name=confirmPassword]", NewPassword);
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#email")).ToHaveTextAsync(user.Username);
        Assert.Equal(ports.Spa + "/orders?x=1", page.Url);

        await Button(page, "Call the API").ClickAsync();
        await Assertions.Expect(page.Locator("#answer")).ToContainTextAsync(system.Settings.Client.ClientId);
        await Assertions.Expect(page.Locator("#answer")).Not.ToContainTextAsync("Cookie");

        await Button(page, "Refresh").ClickAsync();
        await Assertions.Expect(page.Locator("#notice")).ToHaveTextAsync("The session is refreshed.");
        await page.ReloadAsync();
        await Assertions.Expect(page.Locator("#email")).ToHaveTextAsync(user.Username);

        await Button(page, "Sign out").ClickAsync();
        await Assertions.Expect(Button(page, "Sign in")).ToBeVisibleAsync();
        Assert.Equal(ports.Spa + "/", page.Url);

        // At the user pool too: it asks for the password again.
        await Button(page, "Sign in").ClickAsync();
        await Assertions.Expect(page.Locator("[name=password]")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_redis_of_the_settings_is_used_in_place_of_the_embedded_one()
    {
        await using var redis = await RedisServer.StartNewAsync();
        await using var system = await LocalSystem.StartAsync(
            new LocalSettings([.. ports.Arguments(), $"--Redis:Configuration={redis.Configuration}"]),
            TestContext.Current.CancellationToken);
        using var client = new HttpClient();

        var ready = await client.GetAsync($"http://localhost:{ports.Management}/health/ready", TestContext.Current.CancellationToken);
        await redis.StopAsync();
        var without = await client.GetAsync($"http://localhost:{ports.Management}/health/ready", TestContext.Current.CancellationToken);

        Assert.False(system.RedisIsEmbedded);
        Assert.True(ready.IsSuccessStatusCode);
        Assert.False(without.IsSuccessStatusCode);
    }

    private static ILocator Button(IPage page, string name) => page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });
}
