using Bff.Tests.Hosting;
using Bff.Tests.Refresh;
using Bff.Tests.Resilience;

namespace Bff.Tests.Operations;

/// <summary>What a collector of traces gets from a BFF that is a process of its own.</summary>
public sealed class TraceTests(SharedRedis redis)
{
    private const string Server = "Microsoft.AspNetCore", Client = "System.Net.Http";

    [Fact]
    public async Task The_calls_of_one_request_to_Redis_the_provider_and_the_API_are_one_trace()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using var api = await RecordingApi.StartAsync();
        await using var fleet = await StartAsync(collector, api);
        using var session = Assert.Single(await fleet.ExpiredAsync(1));

        await session.CallAsync(HttpMethod.Get, "/api/hello?secret=1");

        var sent = Assert.Single(api.Requests).Headers["traceparent"].ToString().Split('-');
        var trace = await TraceAsync(collector, sent[1]);
        var request = Assert.Single(trace, span => span.Source == Server);
        Assert.Equal("GET /api/{**catch-all}", request.Name);
        var calls = trace.Where(span => span.Source == Client).ToList();
        Assert.Contains(calls, call => call.Tags["url.full"] == fleet.Pool.Options.DomainUrl + "oauth2/token");
        Assert.Equal($"{api.Url}hello?*", Assert.Single(calls, call => call.SpanId == sent[2]).Tags["url.full"]);
        // The session is read, the lease is taken, the session is read again and replaced, the lease is released.
        Assert.Superset(new HashSet<string>(["HMGET", "SET", "EXEC"]),
            trace.Where(span => span.Source == "Bff").Select(span => span.Name).ToHashSet());
        Assert.All(trace.Except([request]), span => Assert.Contains(trace, parent => parent.SpanId == span.ParentId));
        Assert.DoesNotContain("secret", collector.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_span_of_a_request_has_the_route_and_nothing_of_what_the_client_sent()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using var fleet = await StartAsync(collector);
        using var browser = fleet.Browser();

        await browser.SignInAsync();
        await browser.CallAsync(new HttpMethod("SENT-METHOD"), "/sent-path?sent-query=1");

        await Poll.UntilAsync(() => Task.FromResult(collector.Spans.Count(span => span.Source == Server) == 3));
        var requests = collector.Spans.Where(span => span.Source == Server).ToList();
        Assert.Equal(["GET /callback", "GET /login", "HTTP"], requests.Select(span => span.Name).Order());
        Assert.DoesNotContain(requests.SelectMany(span => span.Tags.Keys),
            tag => tag is "url.path" or "url.query" or "user_agent.original" or "server.address" or "http.request.method_original");
        var grant = fleet.Pool.Requests.Last.Single(request => request.Form.ContainsKey("code")).Form;
        Assert.All([grant["code"], grant["code_verifier"], "sent-", browser.Session!],
            secret => Assert.DoesNotContain(secret, collector.All, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Metrics_arrive_there_too_and_probes_leave_no_trace()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using var fleet = await StartAsync(collector);

        await fleet[0].ReadyAsync();
        await Poll.UntilAsync(() => Task.FromResult(collector.All.Contains("http.server.request.duration", StringComparison.Ordinal)));

        Assert.Contains("bff.provider.paused", collector.All, StringComparison.Ordinal);
        Assert.Contains("service.name", collector.All, StringComparison.Ordinal);
        Assert.DoesNotContain(collector.Spans, span => span.Source == Server);
    }

    private async Task<Fleet> StartAsync(OtlpReceiver collector, RecordingApi? api = null) =>
        await Fleet.StartAsync(await redis.GetConfigurationAsync(), instances: 1,
            settings: [.. api?.Settings ?? [], ("ReverseProxy:Routes:api:Transforms:0:PathRemovePrefix", "/api")],
            environment: collector.Settings);

    /// <summary>All spans of the trace: a request's own span is the last to end.</summary>
    private static async Task<List<ReceivedSpan>> TraceAsync(OtlpReceiver collector, string traceId)
    {
        await Poll.UntilAsync(() => Task.FromResult(collector.Spans.Any(span => span.TraceId == traceId && span.Source == Server)));
        return [.. collector.Spans.Where(span => span.TraceId == traceId)];
    }
}
