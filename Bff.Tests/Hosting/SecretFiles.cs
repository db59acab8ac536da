using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;

namespace Bff.Tests.Hosting;

/// <summary>A folder with a file per secret, as containers have at <c>/run/secrets</c>.</summary>
internal sealed class SecretFiles : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("bff-secrets-");

    private int versions;

    public SecretFiles(params (string Key, string Value)[] secrets)
    {
        foreach (var (key, value) in secrets) Write(key, value);
    }

    public string Path => folder.FullName;

    /// <summary>As a host writes into a file that is mounted.</summary>
    public void Write(string key, string value) => File.WriteAllText(FileOf(key), value + "\n");

    /// <summary>As editors and <c>mv</c> replace a file.</summary>
    public void Replace(string key, string value)
    {
        var temporary = FileOf("." + key);
        File.WriteAllText(temporary, value + "\n");
        File.Move(temporary, FileOf(key), overwrite: true);
    }

    /// <summary>As Kubernetes replaces all files of a secret: each is a link into a folder that is itself behind a link.</summary>
    public void Exchange(string key, string value)
    {
        var version = folder.CreateSubdirectory($"..version-{versions++}");
        File.WriteAllText(System.IO.Path.Combine(version.FullName, System.IO.Path.GetFileName(FileOf(key))), value);
        var link = System.IO.Path.Combine(Path, "..data");
        if (Directory.Exists(link)) Directory.Delete(link);
        Directory.CreateSymbolicLink(link, version.Name);
        if (File.ResolveLinkTarget(FileOf(key), returnFinalTarget: false) is not null) return;
        File.Delete(FileOf(key));
        File.CreateSymbolicLink(FileOf(key), System.IO.Path.Combine("..data", System.IO.Path.GetFileName(FileOf(key))));
    }

    public void Delete(string key) => File.Delete(FileOf(key));

    public void AddTo(WebApplicationBuilder builder) => AddTo(builder.Configuration);

    public void AddTo(IConfigurationBuilder configuration) => configuration.AddKeyPerFile(Path);

    public void Dispose() => folder.Delete(recursive: true);

    private string FileOf(string key) => System.IO.Path.Combine(Path, key.Replace(":", "__", StringComparison.Ordinal));
}
