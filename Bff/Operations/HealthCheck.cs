using System.Globalization;
using Bff.Settings;

namespace Bff.Operations;

/// <summary>
/// <c>health [live|ready]</c>: asks the instance in the same container for its health, so that an image needs neither a shell nor
/// curl. It runs every few seconds; so it reads one setting and builds nothing of the application.
/// </summary>
internal static class HealthCheck
{
    /// <summary>Shorter than the timeout of a container engine's check, so that the fault is named and not only killed.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    /// <summary>Another program may listen there.</summary>
    private const int MaximumBytes = 4096;

    /// <param name="args">What to ask for (<c>ready</c> unless given), and settings as the program takes them.</param>
    /// <returns>The exit code: 0 when it is healthy, otherwise 1.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        var what = args.FirstOrDefault(arg => !arg.StartsWith('-')) ?? "ready";
        if (what is "ready" or "live") return await AskAsync(new Uri($"http://localhost:{Port(args)}/health/{what}"));
        await Console.Error.WriteLineAsync($"There is no health '{what}'. Ask for live or ready.");
        return 1;
    }

    /// <summary>Asks a program on loopback and prints one line.</summary>
    /// <returns>The exit code: 0 when the answer is 200, otherwise 1.</returns>
    public static async Task<int> AskAsync(Uri url)
    {
        using var network = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false };
        using var client = new HttpClient(network) { Timeout = Timeout, MaxResponseContentBufferSize = MaximumBytes };
        try
        {
            using var response = await client.GetAsync(url);
            var status = (int)response.StatusCode;
            if (status == StatusCodes.Status200OK)
            {
                await Console.Out.WriteLineAsync($"{url}: 200");
                return 0;
            }
            var body = TerminalText.WithoutControls(await response.Content.ReadAsStringAsync());
            await Console.Error.WriteLineAsync($"{url}: {status} {body}");
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            await Console.Error.WriteLineAsync($"{url}: no response ({exception.Message}) Does the program run here, on this port "
                + "and on loopback? Its log says why not.");
        }
        return 1;
    }

    private static int Port(string[] args)
    {
        var configuration = new ConfigurationBuilder()
            .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true)
            .AddEnvironmentVariables()
            .AddCommandLine(args)
            .AddKeyPerFile(BffSettings.SecretsFolder, optional: true)
            .Build();
        return int.TryParse(configuration["Bff:ManagementPort"], CultureInfo.InvariantCulture, out var port) ? port
            : new BffOptions().ManagementPort;
    }
}
