using System.Text.Json.Nodes;
using Bff.Local.UserPool;
using Bff.Local.UserPool.RemoteControl;
using Bff.Tests.Hosting;

namespace Bff.Tests.Operations.Doctor;

/// <summary>For each fault of provider, client or settings, an installation that has it and the line that names it.</summary>
public sealed class ProviderFaultTests(SharedRedis redis)
{
    private static readonly Dictionary<string, (Action<ExaminedSystem> Break, string Line)> PoolFaults = new()
    {
        ["a wrong client secret"] = (system => system.Settings["Oidc:ClientSecret"] = "a-wrong-secret",
            "fail  client: .* refuses the credentials .*\"invalid_client\".*Check Oidc:ClientId, Oidc:ClientSecret"),
        ["an unknown client"] = (system => system.Settings["Oidc:ClientId"] = "another",
            "fail  redirect URL: .* is not registered, or the client is unknown"),
        ["an issuer with a slash"] = (system => system.Settings["Oidc:Authority"] += "/",
            "fail  issuer: .* byte for byte. .*set Oidc:Authority="),
        ["the sign-in domain as issuer"] = (system => system.Settings["Oidc:Authority"] = system.Pool.DomainUrl.Origin(),
            "fail  discovery: .*HTTP 400 with HTML.*not the sign-in domain"),
        ["no provider"] = (system => system.Settings["Oidc:Authority"] = "http://127.0.0.1:1",
            "fail  discovery: .*no connection could be made"),
        ["discovery fails"] = (On(PoolPaths.Discovery, 503), "fail  discovery: .*HTTP 503"),
        ["keys fail"] = (On(PoolPaths.Jwks, 500), "fail  keys: .*HTTP 500"),
        ["the token endpoint fails"] = (On(PoolPaths.Token, 503), "fail  client: .*status 503.* does not work at present"),
        ["the token endpoint drops requests"] = (system => system.Pool.Faults.On(PoolPaths.Token, new EndpointFault { DropRequest = true }),
            "fail  client: The request failed: "),
        ["an unregistered redirect URL"] = (system => system.Client.CallbackURLs = ["http://localhost:1/callback"],
            "fail  redirect URL: .*redirect_mismatch.* is not registered.* Register http://localhost:[0-9]+/callback"),
        ["no authorization code grant"] = (system => system.Client.AllowedOAuthFlows = [],
            "fail  redirect URL: The provider shows its error page: invalid_request. Permit the authorization code grant"),
        ["a scope that is not allowed"] = (system => system.Settings["Oidc:Scope"] = "openid orders/read",
            "fail  redirect URL: .*is refused: invalid_request invalid_scope. .*Oidc:Scope is 'openid orders/read'"),
        ["no branding style"] = (system => system.Client.ManagedLoginBranding = false, "fail  sign-in page: .*status 403.*branding style"),
        ["an unregistered sign-out URL"] = (system => system.Client.LogoutURLs.Remove(system.Spa.AbsoluteUri),
            "fail  sign-out URL: .*: http://localhost:[0-9]+/ is not registered"),
        ["an unregistered sign-out URL of Swagger UI"] = (system => system.Client.LogoutURLs.RemoveAt(1),
            "warn  sign-out URL: .*/swagger/ is not registered"),
        ["a clock 30 seconds behind"] = (Clock(30), "warn  clock: It differs from the provider's by (2[6-9]|3[01]) seconds; .*NTP"),
        ["a clock 5 minutes ahead"] = (Clock(-300), "fail  clock: .* by (299|30[0-9]) seconds; Oidc:ClockSkew allows 60"),
        ["an API that is away"] = (system => system.Settings["ReverseProxy:Clusters:api:Destinations:local:Address"] = "http://127.0.0.1:1",
            "fail  API: http://127.0.0.1:1/ of cluster api does not answer: "),
        ["an SPA on another site"] = (system => system.Settings["Bff:SpaOrigins:0"] = "https://app.example.org",
            "fail  SPA site: https://app.example.org is on another site than http://localhost:"),
        ["a missing setting"] = (system => system.Settings.Remove("Oidc:ClientId"), "fail  settings: Oidc:ClientId is missing"),
        ["a wrong setting"] = (system => system.Settings["Session:Lifetime"] = "8", "fail  settings: Session:Lifetime is '8'"),
        ["an unknown setting"] = (system => system.Settings["Oidc:Clientid2"] = "x", "fail  settings: Oidc:Clientid2 is not a setting"),
        ["a route that YARP refuses"] = (system => system.Settings["ReverseProxy:Routes:api:Match:Path"] = "/api/{**a}/{b",
            "fail  settings: ReverseProxy: "),
        ["a public management port"] = (system =>
            (system.Settings["urls"], system.Settings["Bff:ManagementPort"]) = ("http://127.0.0.1:5999", "5999"),
            "fail  settings: Bff:ManagementPort 5999 is also a public port"),
    };

    private static readonly Dictionary<string, (string Kind, Action<TestProvider> Break, string Line)> OtherFaults = new()
    {
        ["a pool without a domain"] = ("cognito", provider => provider.Metadata["authorization_endpoint"] = provider.Issuer + "/authorize",
            "fail  domain: The user pool has no domain"),
        ["an updated issuer"] = ("cognito", provider =>
            provider.Metadata["issuer"] = provider.Issuer.Replace("127.0.0.1", "localhost", StringComparison.Ordinal),
            "fail  issuer: .*The user pool has an updated issuer.* set Oidc:Authority=http://localhost"),
        ["no usable key"] = ("oidc", provider => provider.PublishedKeys.Clear(), "fail  keys: .* has no usable key"),
        ["no S256"] = ("oidc", provider => provider.Metadata["code_challenge_methods_supported"] = new JsonArray("plain"),
            "fail  metadata: It is refused: expected S256"),
        ["an unregistered redirect URL"] = ("oidc", provider =>
            provider.Answer(TestProvider.Authorize, 400, "<p>Invalid redirect_uri", "text/html"),
            "fail  redirect URL: .*error page \\(status 400\\).* is not registered"),
        ["a page that says nothing"] = ("oidc", provider =>
            provider.Answer(TestProvider.Authorize, 200, "<p>Hello", "text/html"),
            "warn  redirect URL: .*which may be an error page"),
        ["credentials refused with 401"] = ("oidc", provider => provider.Answer(TestProvider.Token, 401, "{}"),
            "fail  client: .*refuses .*status 401"),
        ["an error about the code's form"] = ("oidc", provider =>
            provider.Answer(TestProvider.Token, 400, """{"error":"invalid_request"}"""),
            "warn  client: .*\"invalid_request\". This says nothing about the credentials"),
        ["sign-in pages on another machine's localhost"] = ("oidc", provider =>
            provider.Metadata["authorization_endpoint"] = "http://localhost:1/authorize",
            "warn  redirect URL: Not checked: localhost:1 does not answer here. In a container, localhost is the container itself."),
        ["no sign-out endpoint"] = ("oidc", provider => provider.Metadata.Remove("end_session_endpoint"),
            "warn  sign-out URL: .*no end_session_endpoint"),
        ["a sign-out that is refused"] = ("oidc", provider => provider.Answer("/logout", 400, "no"),
            "warn  sign-out URL: .*with status 400"),
    };

    public static TheoryData<string> PoolRows => [.. PoolFaults.Keys];

    public static TheoryData<string> OtherRows => [.. OtherFaults.Keys];

    [Theory, MemberData(nameof(PoolRows))]
    public async Task A_fault_with_Cognito_or_in_the_settings_has_its_line(string fault)
    {
        var (change, line) = PoolFaults[fault];
        await using var system = await ExaminedSystem.StartAsync(await redis.GetConfigurationAsync());
        change(system);

        await AssertNamedAsync(system, line);
    }

    [Theory, MemberData(nameof(OtherRows))]
    public async Task A_fault_of_another_provider_has_its_line(string fault)
    {
        var (kind, change, line) = OtherFaults[fault];
        await using var provider = await TestProvider.StartAsync();
        await using var system = await ExaminedSystem.StartAsync(await redis.GetConfigurationAsync());
        change(provider);
        system.Use(provider, kind);

        await AssertNamedAsync(system, line);
    }

    [Fact]
    public async Task The_secret_is_not_sent_to_an_endpoint_of_another_issuer()
    {
        await using var provider = await TestProvider.StartAsync();
        await using var system = await ExaminedSystem.StartAsync(await redis.GetConfigurationAsync());
        provider.Metadata["issuer"] = "https://another.example";
        system.Use(provider);

        var (_, output) = await system.RunAsync();

        Assert.Matches("(?m)^warn  client, redirect URL, sign-out URL: Not checked", output);
        Assert.Equal(0, provider.Count(TestProvider.Token));
    }

    [Fact]
    public async Task Without_any_setting_every_missing_one_has_its_line()
    {
        var (exitCode, output, _) = await DoctorProcess.RunAsync();

        Assert.Equal(1, exitCode);
        string[] required =
            ["Bff:PublicUrl", "Bff:SpaOrigins", "Oidc:Authority", "Oidc:ClientId", "Oidc:ClientSecret", "Redis:Configuration"];
        Assert.All(required, setting => Assert.Matches($"(?m)^fail  settings: {setting} is missing", output));
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    private static async Task AssertNamedAsync(ExaminedSystem system, string line)
    {
        var (exitCode, output) = await system.RunAsync();

        Assert.Matches("(?m)^" + line, output);
        Assert.Equal(output.Contains("fail  ", StringComparison.Ordinal) ? 1 : 0, exitCode);
        // The checks of the others are not affected.
        Assert.Matches("(?m)^ok    Redis rights: ", output);
    }

    private static Action<ExaminedSystem> On(string path, int status) =>
        system => system.Pool.Faults.On(path, new EndpointFault { Status = status });

    private static Action<ExaminedSystem> Clock(int offset) =>
        system => system.Pool.Faults.Plan = new FaultPlan { ClockOffset = TimeSpan.FromSeconds(offset) };
}
