using Bff.Tests.Hosting;

namespace Bff.Tests.Proxy;

public sealed class ApiTraceTests(SharedRedis redis)
{
    [Fact]
    public async Task The_API_gets_the_clients_trace_with_a_span_of_the_BFF()
    {
        await using var api = await RecordingApi.StartAsync();
        await using var user = await SignedIn.StartAsync(redis, api.Settings);

        await user.SendAsync("GET /api/x", ["traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "tracestate: a=b"]);

        var seen = Assert.Single(api.Requests).Headers;
        Assert.Matches("^00-0af7651916cd43dd8448eb211c80319c-(?!b7ad6b7169203331)[0-9a-f]{16}-01$", Assert.Single(seen["traceparent"]));
        Assert.Equal("a=b", Assert.Single(seen["tracestate"]));
    }

    /// <summary>The client writes them, as long as it likes; a provider may refuse long headers.</summary>
    [Fact]
    public async Task The_provider_gets_no_header_of_a_trace()
    {
        await using var system = await BffSystem.StartAsync(redis);

        var answer = await RawAnswer.ToAsync(system.Url, "GET /login HTTP/1.1",
            ["traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "tracestate: a=b", "baggage: c=d"]);

        Assert.Equal(302, answer.Status);
        Assert.NotEmpty(system.Pool.Requests.Last);
        Assert.DoesNotContain(system.Pool.Requests.Last.SelectMany(request => request.Headers.Keys),
            name => name is "traceparent" or "tracestate" or "baggage" or "Correlation-Context");
    }
}
