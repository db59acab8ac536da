using Bff.Tests.Hosting;

namespace Bff.Tests.Settings;

/// <summary>What docker-compose.yml and its companions promise, read from the files; Compose/ checks the running containers.</summary>
public sealed class ComposeTests
{
    private static readonly ComposeFile Compose = new("docker-compose.yml");
    private static readonly ComposeFile RealPool = new("deploy/real-pool.yml");

    public static TheoryData<string> Services => [.. Compose.Services];

    [Theory, MemberData(nameof(Services))]
    public void A_container_is_confined(string name)
    {
        var service = Compose.Service(name);

        Assert.Equal("true", service["read_only"]!.ToString());
        Assert.Equal(["ALL"], service["cap_drop"]!.AsArray().Select(item => item!.ToString()));
        Assert.Equal(["no-new-privileges:true"], service["security_opt"]!.AsArray().Select(item => item!.ToString()));
        Assert.NotNull(service["mem_limit"]);
    }

    [Theory, MemberData(nameof(Services))]
    public void A_container_is_watched_and_restarted(string name)
    {
        var check = Compose.Service(name)["healthcheck"]!["test"]!.AsArray().Select(word => word!.ToString()).ToList();

        // The images of ours need no shell.
        Assert.Equal(name == "redis" ? "CMD-SHELL" : "CMD", check[0]);
        if (Compose.Service(name)["build"] is not null) Assert.Contains("health", check);
        Assert.Equal("unless-stopped", Compose.Service(name)["restart"]!.ToString());
    }

    [Theory, MemberData(nameof(Services))]
    public void A_container_is_reached_through_loopback_alone(string name) =>
        Assert.All(Compose.Service(name)["ports"]?.AsArray() ?? [], port =>
            Assert.StartsWith("127.0.0.1:", port!.ToString(), StringComparison.Ordinal));

    [Theory]
    [InlineData("Bff/Dockerfile")]
    [InlineData("Bff.Local/Dockerfile")]
    public void An_image_does_not_run_as_root(string dockerfile) =>
        Assert.Equal("USER $APP_UID", File.ReadLines(Repository.PathTo(dockerfile))
            .Last(line => line.StartsWith("USER", StringComparison.Ordinal)));

    [Fact]
    public void Redis_publishes_no_port_and_only_the_BFF_reaches_it()
    {
        var neighbours = Compose.Services.Where(name =>
            (Compose.Service(name)["networks"]?.AsArray() ?? []).Any(network => network!.ToString() == "redis"));

        Assert.Null(Compose.Service("redis")["ports"]);
        Assert.Equal("redis", Assert.Single(Compose.Service("redis")["networks"]!.AsArray())!.ToString());
        Assert.Equal(["bff", "redis"], neighbours);
    }

    [Fact]
    public void With_a_real_pool_exactly_the_BFF_and_Redis_start()
    {
        var aside = RealPool.Services.Where(name => RealPool.Service(name)["profiles"] is not null);

        Assert.Equal(["bff", "redis"], Compose.UsualServices.Except(aside));
    }

    [Fact]
    public void Prometheus_and_Grafana_start_with_their_profile_only()
    {
        var others = Compose.Services.Except(Compose.UsualServices).ToList();

        Assert.Equal(["prometheus", "grafana"], others);
        Assert.All(others, name => Assert.Equal("observability", Assert.Single(Compose.Service(name)["profiles"]!.AsArray())!.ToString()));
        Assert.All(others.SelectMany(name => Compose.Service(name)["volumes"]!.AsArray()).Select(volume => volume!.ToString().Split(':')[0])
            .Where(path => path.StartsWith('.')), path => Assert.True(File.Exists(Repository.PathTo(path)), path));
    }

    [Fact]
    public void The_example_names_exactly_the_variables_that_the_files_use()
    {
        Assert.Equal(Compose.Variables.Union(RealPool.Variables).Order(), EnvExample.Names.Order());
    }
}
