using Microsoft.Extensions.Configuration.KeyPerFile;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bff.Settings;

/// <summary>
/// The secrets that may change while the process runs. Each use reads the files in the secrets folder again. Values that a start would
/// refuse, for example an empty secret, are not used: those before stay in use.
/// </summary>
// No file watcher: it does not see how Kubernetes exchanges the files, behind a link whose name begins with a dot.
internal sealed partial class Secrets
{
    private static readonly string[] Keys = ["Oidc:ClientSecret", "Redis:Configuration", "Bff:ManagementKey", "Bff:PreviousManagementKey"];

    private readonly Lock gate = new();
    private readonly IConfigurationRoot configuration;
    private readonly IConfigurationRoot files;
    private string?[] texts;
    private BffSettings current;
    private string? reported;
    private ILogger logger = NullLogger.Instance;

    /// <param name="configuration">All settings; its folders with a file per key are read again.</param>
    /// <param name="atStart">What was read from it.</param>
    public Secrets(ConfigurationManager configuration, BffSettings atStart)
    {
        (this.configuration, current) = (configuration, atStart);
        var folders = new ConfigurationBuilder();
        foreach (var folder in configuration.Sources.OfType<KeyPerFileConfigurationSource>()) folders.Add(folder);
        files = folders.Build();
        texts = Read();
    }

    public string ClientSecret => Current().Oidc.ClientSecret;

    /// <summary>Only user and password of it may change without a restart.</summary>
    public string RedisConfiguration => Current().Redis.Configuration;

    /// <summary>The current one first; empty without <c>Bff:ManagementKey</c>.</summary>
    public IReadOnlyList<string> ManagementKeys
    {
        get
        {
            var bff = Current().Bff;
            return [.. new[] { bff.ManagementKey, bff.PreviousManagementKey }.OfType<string>()];
        }
    }

    public Secrets LogTo(ILogger<Secrets> target)
    {
        logger = target;
        return this;
    }

    private BffSettings Current()
    {
        lock (gate)
        {
            try
            {
                var read = Read();
                if (read.SequenceEqual(texts)) return current;
                var changed = string.Join(", ", Keys.Where((_, i) => read[i] != texts[i]));
                texts = read;
                current = Checked(read);
                reported = null;
                Log.Changed(logger, changed);
            }
            catch (SettingsException exception)
            {
                Report(string.Join(' ', exception.Faults));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                Report(exception.Message);
            }
            return current;
        }
    }

    private string?[] Read()
    {
        files.Reload();
        return [.. Keys.Select(key => files[key] ?? Elsewhere(key))];
    }

    /// <summary>What the setting is without its file.</summary>
    private string? Elsewhere(string key) => configuration.Providers.Where(provider => provider is not KeyPerFileConfigurationProvider)
        .Select(provider => provider.TryGet(key, out var text) ? text : null).LastOrDefault(text => text is not null);

    /// <exception cref="SettingsException">A start with these values would fail, or be without <c>POST /revocations</c>.</exception>
    private BffSettings Checked(string?[] read)
    {
        var changed = Keys.Zip(read, (key, text) => KeyValuePair.Create(key, text ?? (string?)""));
        var settings = BffSettings.Read(new ConfigurationBuilder()
            .AddInMemoryCollection(configuration.AsEnumerable().Where(setting => setting.Value is not null))
            .AddInMemoryCollection(changed).Build());
        return settings.Bff.ManagementKey is null && current.Bff.ManagementKey is not null
            ? throw new SettingsException(["Bff:ManagementKey is missing. Restart the BFF to be without POST /revocations."])
            : settings;
    }

    private void Report(string fault)
    {
        if (fault == reported) return;
        reported = fault;
        Log.NotUsed(logger, fault);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "secrets_changed: Changed secrets were read: {Keys}.")]
        public static partial void Changed(ILogger logger, string keys);

        [LoggerMessage(2, LogLevel.Error, "secrets_not_used: Changed secrets are not used, those before stay in use: {Faults}")]
        public static partial void NotUsed(ILogger logger, string faults);
    }
}
