using System.Diagnostics;

namespace Bff.Benchmarks.Hosting;

/// <summary>The BFF as in the image: compiled in advance, with the options of <c>Bff/Dockerfile</c>.</summary>
internal static class PublishedBff
{
    private static readonly string
        Project = Path.Combine(AppContext.BaseDirectory, "../../../../Bff/Bff.csproj"),
        Folder = Path.Combine(AppContext.BaseDirectory, "published");

    /// <summary>Takes a minute the first time. Later only what has changed is compiled.</summary>
    /// <returns>The program.</returns>
    public static async Task<string> PublishAsync()
    {
        using var publish = Process.Start("dotnet",
        [
            "publish", Project, "-c", "Release", "--use-current-runtime", "--self-contained", "false", "-p:PublishReadyToRun=true",
            "--artifacts-path", Path.Combine(Folder, "obj"), "-o", Folder, "-v", "quiet",
        ]);
        await publish.WaitForExitAsync();
        return publish.ExitCode == 0 ? Path.Combine(Folder, "Bff") : throw new InvalidOperationException("dotnet publish failed.");
    }
}
