using Bff.Local;
using Bff.Local.Api;
using Bff.Local.UserPool;
using Bff.Settings;
using Microsoft.Extensions.Configuration;

namespace Bff.Tests.Settings;

/// <summary>What docker-compose.yml tells the programs is what they understand: a misspelt setting is found here.</summary>
public sealed class ComposeSettingsTests
{
    private static readonly ComposeFile Compose = new("docker-compose.yml");
    private static readonly ComposeFile RealPool = new("deploy/real-pool.yml");

    [Fact]
    public void The_BFF_starts_with_the_settings_of_the_local_system()
    {
        var settings = BffSettings.Read(Configure(Compose.Environment("bff"), Compose.Secrets("bff")));

        Assert.True(settings.Oidc.AllowHttp);
    }

    [Fact]
    public void The_BFF_starts_with_the_settings_of_the_example()
    {
        var variables = EnvExample.Values;
        var settings = BffSettings.Read(Configure(Compose.Environment("bff", variables), RealPool.Environment("bff", variables),
            Compose.Secrets("bff")));

        Assert.False(settings.Oidc.AllowHttp);
        Assert.Equal(variables["OIDC_AUTHORITY"], settings.Oidc.Authority);
        Assert.Equal(variables["OIDC_CLIENT_ID"], settings.Oidc.ClientId);
        Assert.Equal(variables["BFF_PUBLIC_URL"], settings.Bff.PublicUrl);
        Assert.Equal([variables["BFF_SPA_ORIGIN"]], settings.Bff.SpaOrigins);
        Assert.Equal([variables["BFF_KNOWN_PROXY"]], settings.Bff.KnownProxies);
    }

    [Theory]
    [InlineData("user-pool")]
    [InlineData("api")]
    [InlineData("spa")]
    public void A_local_part_knows_every_setting_that_it_is_given(string name)
    {
        var settings = Configure(Compose.Environment(name));

        Assert.Subset(new HashSet<string> { LocalOptions.Section, UserPoolOptions.Section, ApiOptions.Section },
            settings.GetChildren().Select(section => section.Key).ToHashSet());
        settings.GetSection(LocalOptions.Section).Bind(new LocalOptions(), binder => binder.ErrorOnUnknownConfiguration = true);
        settings.GetSection(UserPoolOptions.Section).Bind(new UserPoolOptions(), binder => binder.ErrorOnUnknownConfiguration = true);
        settings.GetSection(ApiOptions.Section).Bind(new ApiOptions(), binder => binder.ErrorOnUnknownConfiguration = true);
    }

    [Fact]
    public void The_local_user_pool_knows_the_client_that_the_BFF_is()
    {
        var bff = BffSettings.Read(Configure(Compose.Environment("bff"), Compose.Secrets("bff"))).Oidc;
        var pool = UserPoolOptions.Read(Configure(Compose.Environment("user-pool")));

        var client = Assert.Single(pool.Clients, client => client.ClientId == bff.ClientId);
        Assert.Contains(bff.ClientSecret, client.ClientSecrets);
        Assert.Equal(bff.Authority, pool.IssuerUrl.AbsoluteUri);
    }

    [Fact]
    public void The_password_that_Redis_demands_is_the_one_that_the_BFF_gives()
    {
        var demanded = Assert.Single(Compose.Secrets("redis")["redis.conf"].Split('\n'), line =>
            line.StartsWith("requirepass ", StringComparison.Ordinal)).Split(' ')[1];

        Assert.EndsWith(",password=" + demanded, Compose.Secrets("bff")["Redis__Configuration"], StringComparison.Ordinal);
    }

    private static IConfigurationRoot Configure(params Dictionary<string, string>[] layers) =>
        new ConfigurationBuilder().AddInMemoryCollection(layers.SelectMany(layer => layer)
            .GroupBy(pair => pair.Key.Replace("__", ":", StringComparison.Ordinal))
            .Select(same => KeyValuePair.Create(same.Key, (string?)same.Last().Value))).Build();
}
