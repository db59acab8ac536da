namespace Bff.Benchmarks.Hosting;

/// <summary>Starts the servers under test, all in the same way: <c>dotnet</c> with the built assembly, log level Warning.</summary>
internal static class Programs
{
    public const string Quiet = "--Logging:LogLevel:Default=Warning";

    /// <summary>A server of this program: <c>serve NAME</c>.</summary>
    public static async Task<Server> ServeAsync(string verb, string name, params IEnumerable<string> arguments)
    {
        var port = FreePort.Next();
        var process = Start("Bff.Benchmarks.dll", ["serve", verb, $"--urls=http://127.0.0.1:{port}", Quiet, .. arguments]);
        await Readiness.AnswersAsync(new Uri($"http://localhost:{port}/ready"), process);
        return new Server(name, process, port);
    }

    /// <summary>The BFF itself.</summary>
    public static async Task<Server> BffAsync(string name, BffSettings settings)
    {
        var (port, management) = (FreePort.Next(), FreePort.Next());
        var process = Start("Bff.dll", settings.Arguments(port, management));
        await Readiness.AnswersAsync(new Uri($"http://localhost:{management}/health/ready"), process);
        return new Server(name, process, port);
    }

    private static KeptProcess Start(string assembly, IEnumerable<string> arguments) =>
        KeptProcess.Start("dotnet", [Path.Combine(AppContext.BaseDirectory, assembly), .. arguments]);
}
