using Bff.Local.UserPool;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Bff.Tests.UserPool;

public sealed class UserPoolOptionsTests
{
    [Fact]
    public void The_file_beside_the_program_is_read_and_every_key_of_it_can_be_overridden()
    {
        var overrides = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["UserPool:DomainUrl"] = "http://localhost:7001",
            ["UserPool:Clients:0:CallbackURLs:0"] = "http://localhost:7000/callback",
            ["UserPool:Clients:0:RefreshTokenRotation:Feature"] = "ENABLED",
        }).Build();

        var options = UserPoolOptions.Read(overrides);

        Assert.Equal(7001, options.DomainUrl.Port);
        Assert.Equal(["http://localhost:7000/callback", "https://oauth.pstmn.io/v1/callback", "http://localhost:8400/callback"],
            options.Clients[0].CallbackURLs);
        Assert.True(options.Clients[0].RefreshTokenRotation.Enabled);
        Assert.Equal([LocalPool.Alice, "bob@example.com"], options.Users.Select(user => user.Username));
    }

    [Fact]
    public void A_misspelt_key_is_refused()
    {
        var overrides = new ConfigurationBuilder().AddInMemoryCollection([new("UserPool:DomainUri", "http://localhost:7001")]).Build();

        Assert.Contains("DomainUri", Assert.Throws<InvalidOperationException>(() => UserPoolOptions.Read(overrides)).ToString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Every_fault_is_told_at_once()
    {
        var options = UserPoolOptions.Read();
        options.BindAddress = "everywhere";
        options.Clients[0].AccessTokenValidity = 4;
        options.Clients[0].RefreshTokenRotation.RetryGracePeriodSeconds = 61;

        var faults = Refusal(options);

        Assert.Equal(3, faults.Count);
        Assert.Contains(faults, fault => fault.StartsWith("UserPool:BindAddress must be", StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.Contains("AccessTokenValidity must be 5 minutes to 1 day", StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.Contains("RetryGracePeriodSeconds must be 0 to 60", StringComparison.Ordinal));
    }

    [Fact]
    public void Lifetimes_outside_the_bounds_of_AWS_are_refused()
    {
        var options = UserPoolOptions.Read();
        options.Clients[0].IdTokenValidity = 25 * 60;
        options.Clients[0].RefreshTokenValidity = 3651;

        Assert.Equal(2, Refusal(options).Count);
    }

    [Theory]
    [InlineData("http://app.example/callback")]
    [InlineData("https://app.example/callback#fragment")]
    [InlineData("/callback")]
    public void A_callback_URL_that_AWS_would_refuse_is_refused(string url)
    {
        var options = UserPoolOptions.Read();
        options.Clients[0].CallbackURLs.Add(url);

        Assert.Contains(url, Assert.Single(Refusal(options)), StringComparison.Ordinal);
    }

    [Fact]
    public void It_does_not_start_in_Production_unless_told_to()
    {
        var options = UserPoolOptions.Read();

        Assert.Contains("UserPool:AllowProduction=true", Assert.Single(Refusal(options, "Production")), StringComparison.Ordinal);

        options.AllowProduction = true;
        Assert.NotNull(Build(options, "Production"));
    }

    private static List<string> Refusal(UserPoolOptions options, string environment = "Development") =>
        [.. Assert.Throws<OptionsValidationException>(() => Build(options, environment)).Failures];

    private static UserPoolHandle Build(UserPoolOptions options, string environment) =>
        UserPoolServer.Build(options, builder => builder.Environment.EnvironmentName = environment);
}
