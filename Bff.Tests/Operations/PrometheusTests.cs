using System.Net;
using System.Text.Json.Nodes;
using Bff.Local.UserPool.RemoteControl;
using Bff.Tests.Hosting;
using Bff.Tests.Refresh;
using Bff.Tests.Resilience;
using Bff.Tests.Sessions;
using YamlDotNet.RepresentationModel;

namespace Bff.Tests.Operations;

/// <summary>The alert rules and the dashboard of <c>deploy/observability</c>, with a real Prometheus.</summary>
[Collection(Alone.Name)]
public sealed class PrometheusTests
{
    private static readonly string Folder = Repository.PathTo("deploy/observability");

    [Theory]
    [InlineData("rules", "alerts.yml"), InlineData("config", "prometheus.yml")]
    public async Task Promtool_accepts_the_files(string what, string file)
    {
        var (isOk, output) = await Prometheus.CheckAsync(what, Path.Combine(Folder, file));

        Assert.True(isOk, output);
        Assert.Contains("5 rules found", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_alert_fires_and_every_panel_shows_data_where_there_is_traffic_and_trouble()
    {
        await using var redis = await RedisServer.StartNewAsync();
        await using var fleet = await Fleet.StartAsync(redis.Configuration, instances: 1);
        var absent = new Uri($"http://localhost:{FreePort.Next()}");
        await using var prometheus = await Prometheus.StartAsync(fleet[0].Management, absent);
        var queries = Alerts().Concat(Panels()).ToList();
        Assert.True(queries.Count > 20);

        var silent = queries;
        // The first time an outcome occurs its series begins, and has no rate; so all happens until each query has an answer.
        for (var round = 0; silent is not []; round++)
        {
            Assert.True(round < 20, string.Join('\n', silent));
            await TroubleAsync(fleet, redis);
            silent = await SilentAsync(prometheus, silent);
        }

        foreach (var (name, query) in queries)
            TestContext.Current.TestOutputHelper!.WriteLine(
                $"{name}\n  {query}\n    {string.Join("\n    ", (await prometheus.QueryAsync(query)).DefaultIfEmpty("(no longer)"))}");
    }

    private static async Task<List<(string Name, string Query)>> SilentAsync(
        Prometheus prometheus, IEnumerable<(string Name, string Query)> queries)
    {
        List<(string, string)> silent = [];
        foreach (var (name, query) in queries)
        {
            var answer = await prometheus.QueryAsync(query);
            if (answer is [] || answer.All(series => series.EndsWith(" NaN", StringComparison.Ordinal))) silent.Add((name, query));
        }
        return silent;
    }

    /// <summary>Sign-ins that succeed and that are left, a refresh that is refused, streams, an API, and a provider and a Redis that
    /// fail.</summary>
    private static async Task TroubleAsync(Fleet fleet, RedisServer redis)
    {
        var sessions = await fleet.ExpiredAsync(2);
        await Task.WhenAll(sessions[0].ApiAsync(), sessions[0].ApiAsync());
        fleet.Pool.Faults.On("/oauth2/token", new EndpointFault { Status = 400, Body = """{"error":"invalid_grant"}""" });
        await sessions[1].ApiAsync();
        fleet.Pool.Faults.On("/oauth2/token", new EndpointFault { Status = 503 });
        for (var i = 0; i < 10; i++)
        {
            using var visitor = fleet.Browser();
            await visitor.Window.NavigateAsync(new Uri(fleet[0].Url, "/login"), typed: true);
            // Two: after three in a row the provider is left alone, and nothing is refused.
            if (i > 1) continue;
            await visitor.Window.NavigateAsync(await visitor.FollowUpToCallbackAsync(), typed: true);
        }
        fleet.Pool.Faults.Clear();
        using (await PageEvents.OpenAsync(fleet[0].Url, fleet.Spa, sessions[0].Window))
            await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        await redis.StopAsync();
        using (var answer = await sessions[0].MeAsync()) Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        await redis.StartAsync();
        await fleet[0].ReadyAsync();
        foreach (var session in sessions) session.Dispose();
    }

    private static IEnumerable<(string Name, string Query)> Alerts()
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(File.ReadAllText(Path.Combine(Folder, "alerts.yml"))));
        return ((YamlSequenceNode)yaml.Documents[0].RootNode["groups"][0]["rules"])
            .Select(rule => ($"alert {rule["alert"]}", $"{rule["expr"]}"));
    }

    private static IEnumerable<(string Name, string Query)> Panels() =>
        from panel in JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, "grafana/dashboard.json")))!["panels"]!.AsArray()
        from target in panel["targets"]!.AsArray()
        select ($"panel {panel["title"]}", ((string)target["expr"]!).Replace("$__rate_interval", "1m", StringComparison.Ordinal));
}
