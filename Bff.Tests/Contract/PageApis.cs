using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Bff.Tests.Hosting;
using Bff.Tests.UserPool;

namespace Bff.Tests.Contract;

/// <summary>The two programs of <c>docs/your-api.md</c>, taken from the page, with a local user pool in real time.</summary>
public sealed partial class PageApis : IAsyncLifetime
{
    private static readonly string Page = File.ReadAllText(Repository.PathTo("docs/your-api.md"));

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("bff-page-apis-");
    private readonly Dictionary<string, (KeptProcess Process, Uri Url)> running = [];
    private readonly HttpClient client = new();

    internal LocalPool Pool { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Pool = await LocalPool.StartAsync();
        Pool.Time.SetUtcNow(TimeProvider.System.GetUtcNow());
    }

    /// <summary>The status of the API in this language, started on first use.</summary>
    public async Task<HttpStatusCode> AskAsync(string language, string? token)
    {
        if (!running.ContainsKey(language)) running[language] = await StartAsync(language);
        using var request = new HttpRequestMessage(HttpMethod.Get, running[language].Url);
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (process, _) in running.Values) await process.DisposeAsync();
        client.Dispose();
        await Pool.DisposeAsync();
        folder.Delete(recursive: true);
    }

    private async Task<(KeptProcess, Uri)> StartAsync(string language)
    {
        var url = new Uri($"http://localhost:{FreePort.Next()}/api/orders");
        Dictionary<string, string?> environment = new()
        {
            ["ISSUER"] = Pool.Handle.IssuerUrl.ToString(),
            ["CLIENT_ID"] = LocalPool.ClientId,
            ["PORT"] = $"{url.Port}",
        };
        var (program, arguments) = language == "csharp" ? await BuildAsync(url) : await InstallAsync();
        var process = KeptProcess.Start(program, arguments, environment);
        running[language] = (process, url);
        await Poll.UntilAsync(IsUpAsync, "the API does not respond");
        return (process, url);

        async Task<bool> IsUpAsync()
        {
            Assert.True(process.IsRunning, string.Join('\n', process.Output));
            try
            {
                return await AskAsync(language, token: null) == HttpStatusCode.Unauthorized;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }
    }

    private async Task<(string, string[])> BuildAsync(Uri url)
    {
        await WriteAsync("csharp", "api.cs");
        await RunAsync("dotnet", "build", "api.cs", "--nologo", "-o", "out");
        return ("dotnet", [Path.Combine(folder.FullName, "out/api.dll"), "--urls", url.GetLeftPart(UriPartial.Authority)]);
    }

    private async Task<(string, string[])> InstallAsync()
    {
        var node = InstalledProgram.Require(InstalledProgram.Find("node", "nodejs"), "node", "nodejs");
        var npm = InstalledProgram.Require(InstalledProgram.Find("npm"), "npm", "npm");
        await WriteAsync("js", "api.mjs");
        await RunAsync(npm, "install", "--no-audit", "--no-fund", Package().Match(Page).Value);
        return (node, [Path.Combine(folder.FullName, "api.mjs")]);
    }

    private Task WriteAsync(string language, string file)
    {
        var block = Regex.Match(Page, $"```{language}\n(.*?)```", RegexOptions.Singleline).Groups[1].Value;
        Assert.NotEmpty(block);
        return File.WriteAllTextAsync(Path.Combine(folder.FullName, file), block, TestContext.Current.CancellationToken);
    }

    private async Task RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var cancellation = TestContext.Current.CancellationToken;
        var output = await Task.WhenAll(
            process.StandardOutput.ReadToEndAsync(cancellation), process.StandardError.ReadToEndAsync(cancellation));
        await process.WaitForExitAsync(cancellation);
        Assert.True(process.ExitCode == 0, string.Concat(output));
    }

    [GeneratedRegex(@"jose@[\d.]+")]
    private static partial Regex Package();
}
