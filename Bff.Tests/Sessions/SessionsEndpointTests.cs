using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Bff.Tests.Hosting;

namespace Bff.Tests.Sessions;

/// <summary>A user's sessions on all devices: seen and ended from one of them, or by the operator.</summary>
public sealed class SessionsEndpointTests(SharedRedis redis)
{
    private const string Key = "the-management-key-of-the-test";

    [Fact]
    public async Task A_user_lists_their_sessions_and_ends_one_from_another_device_and_instance()
    {
        await using var system = await BffSystem.StartAsync(redis);
        var other = await system.AddInstanceAsync();
        using var laptop = system.Browser();
        using var phone = system.Browser();
        using var stranger = system.Browser();
        await laptop.SignInAsync(system);
        system.Time.Advance(TimeSpan.FromMinutes(1));
        await phone.SignInAsync(system);
        await stranger.SignInAsync(system, The.Bob);

        var listed = (await (await phone.CallAsync(system, HttpMethod.Get, "/sessions")).JsonAsync())["sessions"]!.AsArray();

        Assert.Equal([true, false], listed.Select(session => (bool)session!["current"]!));
        Assert.All(listed, session => Assert.Equal("Chrome on Linux", (string)session!["device"]!));
        var id = (string)(await (await laptop.MeAsync(system)).JsonAsync())["session"]!["id"]!;
        Assert.Equal(id, (string)listed[1]!["id"]!);

        Assert.Equal(HttpStatusCode.NotFound, (await stranger.CallAsync(system, HttpMethod.Delete, "/sessions/" + id)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await laptop.MeAsync(system)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await phone.CallAsync(system, HttpMethod.Delete, "/sessions/" + id, other)).StatusCode);
        await (await laptop.MeAsync(system)).ProblemAsync(HttpStatusCode.Unauthorized, "no_session");
        Assert.Equal(HttpStatusCode.NotFound, (await phone.CallAsync(system, HttpMethod.Delete, "/sessions/" + id)).StatusCode);
        Assert.Single((await (await phone.CallAsync(system, HttpMethod.Get, "/sessions")).JsonAsync())["sessions"]!.AsArray());
    }

    [Fact]
    public async Task All_other_sessions_of_the_user_end_and_nobody_elses()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var laptop = system.Browser();
        using var phone = system.Browser();
        using var tablet = system.Browser();
        using var stranger = system.Browser();
        foreach (var browser in (Browser[])[laptop, phone, tablet]) await browser.SignInAsync(system);
        await stranger.SignInAsync(system, The.Bob);

        Assert.Equal(HttpStatusCode.NoContent, (await phone.CallAsync(system, HttpMethod.Delete, "/sessions")).StatusCode);

        foreach (var browser in (Browser[])[laptop, tablet])
            Assert.Equal(HttpStatusCode.Unauthorized, (await browser.MeAsync(system)).StatusCode);
        foreach (var browser in (Browser[])[phone, stranger]) Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(system)).StatusCode);
    }

    [Fact]
    public async Task The_operator_ends_all_sessions_of_a_user()
    {
        await using var system = await BffSystem.StartAsync(redis, [("Bff:ManagementKey", Key)]);
        using var laptop = system.Browser();
        using var phone = system.Browser();
        using var stranger = system.Browser();
        await laptop.SignInAsync(system);
        await phone.SignInAsync(system);
        await stranger.SignInAsync(system, The.Bob);
        var subject = (string)(await (await laptop.MeAsync(system)).JsonAsync())["sub"]!;
        using var client = new HttpClient();

        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "wrong");
        Assert.Equal(HttpStatusCode.Unauthorized, (await RevokeAsync()).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await laptop.MeAsync(system)).StatusCode);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        Assert.Equal(HttpStatusCode.Accepted, (await RevokeAsync()).StatusCode);

        foreach (var browser in (Browser[])[laptop, phone])
            Assert.Equal(HttpStatusCode.Unauthorized, (await browser.MeAsync(system)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await stranger.MeAsync(system)).StatusCode);

        Task<HttpResponseMessage> RevokeAsync() =>
            client.PostAsJsonAsync(new Uri(system.Management, "/revocations"), new { sub = subject },
            TestContext.Current.CancellationToken);
    }
}
