namespace Bff.Benchmarks.Hosting;

/// <summary>Starts the servers under test with log level Warning: <c>dotnet</c> with the built assembly, or the published BFF.</summary>
internal static class Programs
{
    public const string Quiet = "--Logging:LogLevel:Default=Warning";

    /// <summary>As Bff/Dockerfile has it.</summary>
    private static readonly (string, string)[] ImageEnvironment = [("DOTNET_GCgen0size", "0x1000000")];

    /// <summary>A server of this program: <c>serve NAME</c>.</summary>
    public static async Task<Server> ServeAsync(string verb, string name, params IEnumerable<string> arguments)
    {
        var port = FreePort.Next();
        var process = Start("Bff.Benchmarks.dll", ["serve", verb, $"--urls=http://127.0.0.1:{port}", Quiet, .. arguments]);
        await Readiness.AnswersAsync(new Uri($"http://localhost:{port}/ready"), process);
        return new Server(name, process, port);
    }

    /// <summary>The BFF itself.</summary>
    /// <param name="published">The program of <see cref="PublishedBff"/>, in place of the built assembly.</param>
    public static async Task<Server> BffAsync(string name, BffSettings settings, string? published = null)
    {
        var (port, management) = (FreePort.Next(), FreePort.Next());
        var arguments = settings.Arguments(port, management);
        var process = published is null
            ? Start("Bff.dll", arguments, ImageEnvironment)
            : KeptProcess.Start(published, arguments, ImageEnvironment);
        await Readiness.AnswersAsync(new Uri($"http://localhost:{management}/health/ready"), process);
        return new Server(name, process, port);
    }

    private static KeptProcess Start(string assembly, IEnumerable<string> arguments, params (string, string)[] environment) =>
        KeptProcess.Start("dotnet", [Path.Combine(AppContext.BaseDirectory, assembly), .. arguments], environment);
}
