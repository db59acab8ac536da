using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Bff.Tests.Hosting;

namespace Bff.Tests.UserPool;

/// <summary>
/// <c>deploy/cognito.yaml</c> makes a user pool like the local one, with what Cognito demands of a client of the BFF. It is also linted.
/// </summary>
public sealed class CloudFormationTests
{
    private static readonly JsonObject Template = YamlFile.Read("deploy/cognito.yaml").Single();
    // JSON is YAML.
    private static readonly JsonObject Local = YamlFile.Read("Bff.Local/userpool.json").Single();

    [Fact]
    public void The_client_has_the_values_of_the_local_client()
    {
        // The local pool does not rotate refresh tokens: so do pools that were made in the console.
        string[] local =
            ["ClientId", "ClientName", "ClientSecrets", "CallbackURLs", "LogoutURLs", "ManagedLoginBranding", "RefreshTokenRotation"];
        var here = Local["Clients"]![0]!.AsObject();

        var compared = here.Where(property => !local.Contains(property.Key)).ToList();

        Assert.Contains(compared, property => property.Key == "RefreshTokenValidity");
        Assert.All(compared, property => Assert.Equal(Text(property.Value), Text(Properties("Client")[property.Key])));
    }

    // Cognito's own minimum of a password is enough on one machine.
    [Fact]
    public void The_pool_has_the_values_of_the_local_pool() =>
        Assert.All(Local["Pool"]!.AsObject().Where(property => property.Key is not ("UserPoolName" or "Policies")), property =>
            Assert.Equal(Text(property.Value), Text(Properties("Pool")[property.Key])));

    [Fact]
    public void The_client_is_confidential_and_rotates_without_the_flow_that_forbids_it()
    {
        var client = Properties("Client");

        Assert.Equal("true", Text(client["GenerateSecret"]));
        Assert.Equal("""["ALLOW_USER_AUTH"]""", Text(client["ExplicitAuthFlows"]));
        Assert.Equal(("ENABLED", "30"),
            (Text(client["RefreshTokenRotation"]!["Feature"]), Text(client["RefreshTokenRotation"]!["RetryGracePeriodSeconds"])));
    }

    [Fact]
    public void The_sign_in_pages_are_those_of_managed_login_with_a_style_for_the_client()
    {
        Assert.Equal("2", Text(Properties("Domain")["ManagedLoginVersion"]));
        Assert.Equal(("Client", "true"),
            (Text(Properties("Branding")["ClientId"]), Text(Properties("Branding")["UseCognitoProvidedValues"])));
        Assert.All((string[])["Domain", "Client", "Branding"], part => Assert.Equal("Pool", Text(Properties(part)["UserPoolId"])));
    }

    [Fact]
    public void Users_are_kept_when_the_stack_is_deleted()
    {
        Assert.Equal(("Retain", "Retain"),
            (Text(Template["Resources"]!["Pool"]!["DeletionPolicy"]), Text(Template["Resources"]!["Pool"]!["UpdateReplacePolicy"])));
        Assert.Equal("ACTIVE", Text(Properties("Pool")["DeletionProtection"]));
    }

    [Fact]
    public void The_URLs_are_those_that_the_BFF_says_are_to_be_registered()
    {
        var bff = new Bff.Settings.BffOptions { PublicUrl = "${PublicUrl}", SpaOrigins = ["${SpaOrigin}"] };

        Assert.Equal([bff.RedirectUri], Values("CallbackURLs"));
        Assert.Equal([bff.SignedOut, bff.SignedOutFrom(bff.PublicOrigin)], Values("LogoutURLs"));

        IEnumerable<string> Values(string urls) => Properties("Client")[urls]!.AsArray().Select(Text);
    }

    [Theory]
    [InlineData("BffPublicUrl", "Bff:PublicUrl")]
    [InlineData("BffSpaOrigins0", "Bff:SpaOrigins:0")]
    [InlineData("OidcAuthority", "Oidc:Authority")]
    [InlineData("OidcClientId", "Oidc:ClientId")]
    public void An_output_is_named_after_the_setting_that_it_is_for(string output, string setting) =>
        Assert.Equal(setting, Text(Template["Outputs"]![output]!["Description"]));

    [Fact]
    public void No_output_is_a_secret() => Assert.All(Template["Outputs"]!.AsObject(), output =>
        Assert.DoesNotContain("Secret", Text(output.Value!["Value"]), StringComparison.OrdinalIgnoreCase));

    [Fact]
    public void The_page_gives_every_parameter_and_uses_outputs_that_exist()
    {
        var page = File.ReadAllText(Repository.PathTo("docs/cognito-setup.md"));

        var used = Regex.Matches(page, @"\$\(output (\w+)\)").Select(match => match.Groups[1].Value).ToHashSet();
        Assert.Subset(Template["Outputs"]!.AsObject().Select(output => output.Key).ToHashSet(), used);
        Assert.Superset(new HashSet<string> { "OidcAuthority", "OidcClientId", "UserPoolId" }, used);
        Assert.All(Template["Parameters"]!.AsObject().Where(parameter => parameter.Value!["Default"] is null),
            parameter => Assert.Contains($" {parameter.Key}=", page, StringComparison.Ordinal));
    }

    private static JsonObject Properties(string resource) => Template["Resources"]![resource]!["Properties"]!.AsObject();

    private static string Text(JsonNode? node) => node is JsonArray or JsonObject ? node.ToJsonString() : $"{node}";
}
