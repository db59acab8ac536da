using Bff.Settings;
using Bff.Tests.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Bff.Tests.Settings;

/// <summary>Secrets in files that change while the process runs.</summary>
public sealed class SecretsTests
{
    private const string Key = "Oidc:ClientSecret";

    [Theory]
    [InlineData("written"), InlineData("replaced"), InlineData("exchanged")]
    public void A_changed_file_is_read_however_it_was_changed(string way)
    {
        using var files = new SecretFiles((Key, "first"));
        if (way == "exchanged") files.Exchange(Key, "first");
        var (secrets, logs) = Start(files);
        Action<string, string> change = way switch
        {
            "written" => files.Write,
            "replaced" => files.Replace,
            _ => files.Exchange,
        };
        Assert.Equal("first", secrets.ClientSecret);

        change(Key, "second");
        Assert.Equal("second", secrets.ClientSecret);
        change(Key, "third");
        Assert.Equal("third", secrets.ClientSecret);

        Assert.Equal(2, logs.Events.Count(line => line.Message == "secrets_changed: Changed secrets were read: Oidc:ClientSecret."));
    }

    [Theory]
    [InlineData("Oidc:ClientSecret", "", "Oidc:ClientSecret is missing")]
    [InlineData("Redis:Configuration", "redis://user:canary@host", "Redis:Configuration is not")]
    [InlineData("Bff:ManagementKey", "canary", "Bff:ManagementKey is shorter")]
    [InlineData("Bff:ManagementKey", "", "Bff:ManagementKey is missing")]
    public void What_a_start_would_refuse_is_reported_once_and_not_used(string key, string value, string fault)
    {
        using var files = new SecretFiles(("Bff:ManagementKey", "a-management-key"));
        var (secrets, logs) = Start(files);
        var before = All(secrets);

        files.Write(key, value);
        Assert.Equal(before, All(secrets));
        Assert.Equal(before, All(secrets));

        var line = Assert.Single(logs.Events);
        Assert.Equal(LogLevel.Error, line.Level);
        Assert.Contains(fault, line.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", logs.All, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_cannot_be_read_leaves_the_former_value_until_it_can()
    {
        using var files = new SecretFiles((Key, "first"));
        var (secrets, logs) = Start(files);

        files.Delete(Key);
        File.CreateSymbolicLink(Path.Combine(files.Path, "Oidc__ClientSecret"), Path.Combine(files.Path, "absent"));
        Assert.Equal("first", secrets.ClientSecret);
        Assert.Equal("first", secrets.ClientSecret);
        Assert.Single(logs.Events, line =>
            line.Level == LogLevel.Error && line.Message.Contains("Oidc__ClientSecret", StringComparison.Ordinal));

        files.Replace(Key, "second");
        Assert.Equal("second", secrets.ClientSecret);
    }

    [Fact]
    public void Without_its_file_a_setting_has_its_value_from_elsewhere_again()
    {
        using var files = new SecretFiles(
            (Key, "in-the-file"), ("Bff:ManagementKey", "a-management-key"), ("Bff:PreviousManagementKey", "the-key-before-it"));
        var (secrets, _) = Start(files);
        Assert.Equal(["a-management-key", "the-key-before-it"], secrets.ManagementKeys);

        files.Delete("Bff:PreviousManagementKey");
        files.Delete(Key);

        Assert.Equal(["a-management-key"], secrets.ManagementKeys);
        Assert.Equal(GivenSettings.Secret, secrets.ClientSecret);
    }

    private static string[] All(Secrets secrets) => [secrets.ClientSecret, secrets.RedisConfiguration, .. secrets.ManagementKeys];

    private static (Secrets, LogSink) Start(SecretFiles files)
    {
        var (configuration, logs) = (new ConfigurationManager(), new LogSink());
        configuration.AddInMemoryCollection(GivenSettings.Usual);
        files.AddTo(configuration);
        var factory = LoggerFactory.Create(logging => logging.AddProvider(logs));
        return (new Secrets(configuration, BffSettings.Read(configuration)).LogTo(factory.CreateLogger<Secrets>()), logs);
    }
}
