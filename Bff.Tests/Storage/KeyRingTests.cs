using System.Net;
using System.Text.Json.Nodes;
using Bff.Sessions;
using Bff.Tests.Hosting;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.StackExchangeRedis;
using Microsoft.Extensions.DependencyInjection;

namespace Bff.Tests.Storage;

/// <summary>The operator's side of the keys: revoking, and records that another version wrote.</summary>
[Row("SES-13")]
public sealed class KeyRingTests(SharedRedis redis)
{
    [Fact]
    public async Task Sessions_do_not_depend_on_the_key_ring_and_signing_in_works_with_a_new_one()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        await using (var services = Ring(system))
            services.GetRequiredService<IKeyManager>().RevokeAllKeys(TimeProvider.System.GetUtcNow(), "a test");
        await system.RestartAsync();

        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(system)).StatusCode);
        using var other = system.Browser();
        await other.SignInAsync(system);
        Assert.Equal(HttpStatusCode.OK, (await other.MeAsync(system)).StatusCode);
    }

    [Theory]
    [InlineData("another version"), InlineData("no payload"), InlineData("cut"), InlineData("not a time")]
    [InlineData("a time out of range"), InlineData("no member"), InlineData("null"), InlineData("an array")]
    public async Task A_record_of_another_version_is_401_and_neither_500_nor_half_a_session(string what)
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        var key = Assert.Single(system.Keys(), key => key.Contains(":session:", StringComparison.Ordinal));
        var payload = (byte[])(await system.Redis.HashGetAsync(key, "payload"))!;
        var (id, now) = (SessionId.Parse(browser.Cookie(The.SessionCookie)!.Value)!, system.Time.GetUtcNow());
        byte[] Closed(string json) => SealedBox.Seal(id.EncryptionKey.ToArray(), id.Name, JsonNode.Parse(json));

        _ = what switch
        {
            "another version" => await system.Redis.HashSetAsync(key, "payload", (byte[])[2, .. payload[1..]]),
            "no payload" => await system.Redis.HashDeleteAsync(key, "payload"),
            "cut" => await system.Redis.HashSetAsync(key, "payload", payload[..20]),
            "not a time" => await system.Redis.HashSetAsync(key, "used", "yesterday"),
            "a time out of range" => await system.Redis.HashSetAsync(key, "used", long.MaxValue),
            "no member" => await system.Redis.HashSetAsync(key, "payload", Closed($$"""{"Subject":"x","Issuer":"y","CreatedAt":"{{now:O}}"}""")),
            "null" => await system.Redis.HashSetAsync(key, "payload", Closed($$"""{"Subject":"x","Issuer":"y","Claims":null,"CreatedAt":"{{now:O}}","Tokens":null}""")),
            _ => await system.Redis.HashSetAsync(key, "payload", Closed("[]")),
        };

        await AssertAnonymousAsync(system, browser);
        Assert.DoesNotContain(system.Logs.Events, line => line.Level >= Microsoft.Extensions.Logging.LogLevel.Error);
        await browser.SignInAsync(system);
        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(system)).StatusCode);
    }

    private static async Task AssertAnonymousAsync(BffSystem system, Browser browser)
    {
        foreach (var line in (string[])["GET /me HTTP/1.1", "POST /refresh HTTP/1.1", "GET /api/hello HTTP/1.1"])
        {
            Raw.AssertAnonymous(await Raw.CallAsync(system, Raw.Session(browser.Cookie(The.SessionCookie)!.Value), line), line);
        }
    }

    private static ServiceProvider Ring(BffSystem system)
    {
        var services = new ServiceCollection();
        services.AddDataProtection().SetApplicationName("bff")
            .AddKeyManagementOptions(options =>
            options.XmlRepository = new RedisXmlRepository(() => system.Redis, system.KeyPrefix + "keys"));
        return services.BuildServiceProvider();
    }
}
