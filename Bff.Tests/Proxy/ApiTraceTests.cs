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
}
