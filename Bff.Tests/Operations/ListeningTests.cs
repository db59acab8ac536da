using System.Net;
using Bff.Tests.Hosting;
using Microsoft.Extensions.Configuration;

namespace Bff.Tests.Operations;

/// <summary>On which ports the BFF listens, and what is served on each.</summary>
public sealed class ListeningTests(SharedRedis redis)
{
    [Fact]
    [Row("LOG-06")]
    public async Task Health_answers_on_the_management_port_alone_whatever_the_Host_header_says()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var client = new HttpClient();

        foreach (var path in new[] { "/health/live", "/health/ready" })
        {
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri(system.Management, path),
                TestContext.Current.CancellationToken)).StatusCode);
            using var request = new HttpRequestMessage(HttpMethod.Get,
                new Uri(system.Url, path))
            { Headers = { Host = system.Management.Authority } };
            Assert.Equal(HttpStatusCode.NotFound, (await client.SendAsync(request, TestContext.Current.CancellationToken)).StatusCode);
        }
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync(new Uri(system.Management, "/login"),
            TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync(new Uri(system.Management, "/openapi.yaml"),
            TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task Endpoints_of_Kestrels_own_configuration_keep_the_management_port()
    {
        var port = FreePort.Next();
        await using var system = await BffSystem.StartAsync(redis, [("Kestrel:Endpoints:Public:Url", $"http://127.0.0.1:{port}")]);
        using var client = new HttpClient();

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri($"http://127.0.0.1:{system.Management.Port}/health/ready"),
            TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync(new Uri($"http://127.0.0.1:{port}/health/ready"),
            TestContext.Current.CancellationToken)).StatusCode);
    }

    [Theory]
    [InlineData("urls", "http://localhost:1;https://[::1]:2", "http://localhost:1 https://[::1]:2")]
    [InlineData("http_ports", "8080;8081", "http://*:8080 http://*:8081")]
    [InlineData("https_ports", "8443", "https://*:8443")]
    [InlineData("unrelated", "x", "http://localhost:5000")]
    public void It_listens_where_ASPNET_Core_is_told_to(string key, string value, string urls)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { [key] = value }).Build();

        Assert.Equal(urls.Split(' '), global::Bff.Operations.ManagementPort.PublicUrls(configuration));
    }
}
