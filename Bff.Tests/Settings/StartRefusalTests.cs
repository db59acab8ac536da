using System.Diagnostics;
using System.Net.Sockets;
using Bff.Operations;
using Bff.Tests.Hosting;

namespace Bff.Tests.Settings;

/// <summary>The program itself, in production, with a setting that will not do: it says so and never listens.</summary>
[Row("OPS-01", "OPS-06")]
public sealed class StartRefusalTests
{
    private const string Secret = "canary-secret-0123456789";

    private static readonly Dictionary<string, string> Usual = new()
    {
        ["Bff:PublicUrl"] = "https://bff.example",
        ["Bff:SpaOrigins:0"] = "https://app.example",
        ["Bff:ManagementKey"] = Secret,
        ["Oidc:Authority"] = "https://issuer.example",
        ["Oidc:ClientId"] = "client",
        ["Oidc:ClientSecret"] = Secret,
        ["Redis:Configuration"] = "127.0.0.1:1,password=" + Secret,
    };

    public static TheoryData<string, string?, string> Rows => new()
    {
        { "Bff:PublicUrl", null, "Bff:PublicUrl is missing" },
        { "Bff:PublicUrl", "http://bff.example", "must be https" },
        { "Bff:SpaOrigins:0", null, "Bff:SpaOrigins is missing" },
        { "Bff:SpaOrigins:0", "*", "not an exact origin" },
        { "Oidc:Authority", null, "Oidc:Authority is missing" },
        { "Oidc:Authority", "http://issuer.example", "must be https" },
        { "Oidc:ClientId", null, "Oidc:ClientId is missing" },
        { "Oidc:ClientSecret", null, "Oidc:ClientSecret is missing" },
        { "Redis:Configuration", null, "Redis:Configuration is missing" },
        { "Redis:Configuration", "redis://:canary-secret-0123456789@redis.example", "redis:// URLs are not" },
        { "DataProtection:CertificatePath", "/nowhere/ring.pfx", "cannot be opened as PKCS#12" },
        { "Session:SameSite", "None", "Strict or Lax" },
    };

    [Theory, MemberData(nameof(Rows))]
    public async Task It_ends_with_the_fault_and_its_remedy_before_it_listens(string key, string? value,
        string fault)
    {
        var port = FreePort.Next();
        var settings = new Dictionary<string, string>(Usual)
        {
            ["DataProtection:CertificatePassword"] = Secret,
            ["urls"] = $"http://127.0.0.1:{port}",
            ["Bff:ManagementPort"] = $"{FreePort.Next()}"
        };
        if (value is null) settings.Remove(key);
        else settings[key] = value;

        var (exitCode, output, errors) = await RunAsync(settings);

        Assert.NotEqual(0, exitCode);
        Assert.Contains(fault, errors, StringComparison.Ordinal);
        Assert.Contains("1 setting(s) need attention", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", output + errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output + errors, StringComparison.Ordinal);
        Assert.DoesNotContain("Now listening", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_is_not_this_machines_is_one_line_with_the_remedy()
    {
        var settings = new Dictionary<string, string>(Usual)
        {
            ["urls"] = "http://192.0.2.1:5000",
            ["Bff:ManagementPort"] = $"{FreePort.Next()}"
        };

        var (exitCode, _, errors) = await RunAsync(settings);

        Assert.NotEqual(0, exitCode);
        Assert.StartsWith("The BFF cannot listen on one of http://192.0.2.1:5000",
            Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_malformed_address_is_one_line_with_the_remedy()
    {
        var (exitCode, _, errors) = await RunAsync(new Dictionary<string, string>(Usual) { ["urls"] = "localhost:5000" });

        Assert.NotEqual(0, exitCode);
        Assert.Contains("urls: 'localhost:5000' is no address to listen on. Write for example http://*:5000.", errors,
            StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SocketError.AccessDenied, "those below 1024"), InlineData(SocketError.AddressNotAvailable, "not this machine's")]
    [InlineData(SocketError.AddressFamilyNotSupported, "AddressFamilyNotSupported")]
    public void Why_an_address_cannot_be_listened_on_is_one_line_with_the_remedy(SocketError error, string remedy)
    {
        var fault = Listening.Fault(error, ["http://*:80", "http://*:9090"]);

        Assert.Contains(remedy, fault, StringComparison.Ordinal);
        Assert.Contains("http://*:80 http://*:9090", fault, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault);
    }

    private static async Task<(int ExitCode, string Output, string Errors)> RunAsync(Dictionary<string, string> settings)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Program).Assembly.Location])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true
        };
        // The machine's own settings must not help.
        foreach (var name in start.Environment.Keys.Where(name => name.Contains("__", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        foreach (var (key, value) in settings) start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken)
                .WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
            return (process.ExitCode, await output, await errors);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }
}
