using Bff.Tests.Hosting;

namespace Bff.Tests.Security;

/// <summary>Whose address counts for the limit of logins, when clients and proxies say so many.</summary>
public sealed class ClientAddressTests(SharedRedis redis)
{
    [Fact]
    [Row("FWD-04")]
    public async Task Behind_known_proxies_the_last_address_that_is_no_proxy_is_the_client()
    {
        await using var system =
            await StartAsync(("Bff:KnownProxies:0", "127.0.0.1"), ("Bff:KnownProxies:1", "::1"), ("Bff:KnownProxies:2", "10.0.0.0/8"));

        Assert.Equal(302, await LoginAsync(system, "203.0.113.1"));
        string[] same =
        [
            "198.51.100.7, 203.0.113.1", "127.0.0.1, 203.0.113.1", "::1,203.0.113.1", "10.1.2.3, 203.0.113.1, 10.9.9.9",
            "203.0.113.1:4711", "nonsense, 203.0.113.1", "unknown, , 203.0.113.1", "<script>, 203.0.113.1",
            new string('9', 8000) + ", 203.0.113.1", "::ffff:203.0.113.1", "\"203.0.113.9\", 203.0.113.1",
        ];
        foreach (var chain in same) Assert.True(await LoginAsync(system, chain) == 429, chain);
        // In lines of their own the addresses are one list (RFC 9110 section 5.3).
        Assert.Equal(429, await LoginAsync(system, "198.51.100.8", "203.0.113.1"));
        Assert.Equal(302, await LoginAsync(system, "203.0.113.2"));
    }

    [Fact]
    [Row("FWD-04")]
    public async Task From_an_unknown_peer_no_chain_is_believed()
    {
        await using var system = await StartAsync(("Bff:KnownProxies:0", "192.0.2.1"));

        Assert.Equal(302, await LoginAsync(system));
        foreach (var chain in new[] { "203.0.113.1", "192.0.2.1", "192.0.2.1, 203.0.113.2", "203.0.113.3, 192.0.2.1", "127.0.0.1",
            "::1", "nonsense", "" }) Assert.True(await LoginAsync(system, chain) == 429, chain);
        foreach (var other in new[] { "X-Real-IP: 203.0.113.4", "Forwarded: for=203.0.113.5", "True-Client-IP: 203.0.113.6",
            "X-Client-IP: 203.0.113.7", "CF-Connecting-IP: 203.0.113.8", "X-Original-For: 203.0.113.9" })
            Assert.Equal(429, (await RawAnswer.ToAsync(system.Url, "GET /login HTTP/1.1", [other])).Status);
        Assert.DoesNotContain("203.0.113", system.Logs.All, StringComparison.Ordinal);
    }

    [Fact]
    [Row("FWD-04")]
    public async Task An_IPv6_network_is_one_client_however_its_addresses_are_written()
    {
        await using var system = await StartAsync(("Bff:KnownProxies:0", "127.0.0.1"), ("Bff:KnownProxies:1", "::1"));

        Assert.Equal(302, await LoginAsync(system, "2001:db8:1:2::1"));
        foreach (var address in new[] { "2001:db8:1:2::1", "2001:DB8:1:2:ffff:ffff:ffff:ffff", "[2001:db8:1:2::5]",
            "[2001:db8:1:2::5]:443", "2001:0db8:0001:0002:0:0:0:9" }) Assert.True(await LoginAsync(system, address) == 429, address);
        Assert.Equal(302, await LoginAsync(system, "2001:db8:1:3::1"));
    }

    private Task<BffSystem> StartAsync(params (string, string)[] settings) =>
        BffSystem.StartAsync(redis, [("RateLimit:LoginsPerMinute", "1"), .. settings]);

    private static async Task<int> LoginAsync(BffSystem system, params string[] chain) =>
        (await RawAnswer.ToAsync(system.Url, "GET /login HTTP/1.1", chain.Select(addresses => "X-Forwarded-For: " + addresses))).Status;
}
