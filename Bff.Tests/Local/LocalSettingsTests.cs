using Bff.Local;

namespace Bff.Tests.Local;

public sealed class LocalSettingsTests
{
    [Fact]
    public void What_the_command_line_says_of_the_bff_comes_last_and_so_wins()
    {
        var arguments = new LocalSettings(["--Oidc:Scope=openid"]).BffArguments("localhost:1");

        Assert.Equal("--Oidc:Scope=openid", arguments.Last());
    }

    [Fact]
    public void A_part_put_elsewhere_is_known_to_the_others()
    {
        var settings = new LocalSettings(["--Local:BffUrl=http://localhost:7000", "--Local:SpaUrl=http://localhost:7001",
            "--UserPool:IssuerUrl=http://localhost:7002/p"]);

        Assert.Equal("http://localhost:7000", settings.Spa.BffUrl);
        Assert.Contains("http://localhost:7000/callback", settings.Client.CallbackURLs);
        Assert.Contains("http://localhost:7001/", settings.Client.LogoutURLs);
        Assert.Equal("http://localhost:7002/p", settings.Api.Issuer);
        Assert.Contains("--Oidc:Authority=http://localhost:7002/p", settings.BffArguments("localhost:1"));
    }

    [Fact]
    public void In_a_container_every_part_listens_on_all_addresses()
    {
        var settings = new LocalSettings(["--Local:BindAddress=*"]);

        Assert.Equal("http://*:5003", settings.Api.Listen);
        Assert.Equal("http://*:5173", settings.Spa.Listen);
        Assert.Equal("*", settings.UserPool.BindAddress);
    }

    [Theory]
    [InlineData("--Local:BffUrl=localhost:5000", "Local:BffUrl")]
    [InlineData("--Local:SpaUrl=http://localhost:5173/app", "Local:SpaUrl")]
    [InlineData("--Local:ManagementPort=many", "Local:ManagementPort")]
    [InlineData("--Local:BffUri=http://localhost:5000", "BffUri")]
    [InlineData("--Api:ClockScrew=00:00:01", "ClockScrew")]
    [InlineData("--UserPool:Domain=http://localhost:5001", "Domain")]
    public void A_setting_that_cannot_be_is_named(string argument, string name)
    {
        var refusal = Assert.Throws<CannotStartException>(() => new LocalSettings([argument]));

        Assert.Contains(name, refusal.Message, StringComparison.Ordinal);
    }
}
