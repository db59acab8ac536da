using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Bff.Tests.Hosting;

/// <summary>The machine's <c>nginx</c>, on a free port and in a folder of its own; without one the test is skipped.</summary>
internal sealed class Nginx : IAsyncDisposable
{
    // The shell lives as long as its standard input: were the tests killed, nginx would die with them.
    private const string Keeper = """ "$@" & server=$!; read -r _; kill -TERM $server; wait $server """;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("bff-nginx-");
    private Process? keeper;

    private Nginx()
    {
    }

    public static string? ExecutablePath { get; } = InstalledProgram.Find("nginx")
        ?? (File.Exists("/usr/sbin/nginx") ? "/usr/sbin/nginx" : null);

    public Uri Url { get; } = new($"http://localhost:{FreePort.Next()}");

    /// <summary>Starts one that keeps whatever it may, cookies and other methods notwithstanding.</summary>
    /// <param name="upstreams">By the beginning of the path, who is asked.</param>
    public static Task<Nginx> StartCacheAsync(params (string Path, Uri Upstream)[] upstreams) => StartAsync(nginx => $$"""
        proxy_cache_path {{nginx.Folder("cache")}} keys_zone=shared:1m;
        server {
          listen 127.0.0.1:{{nginx.Url.Port}};
          proxy_cache shared; proxy_cache_key $request_method$request_uri; proxy_cache_methods GET HEAD POST;
          proxy_cache_valid any 10m; proxy_ignore_headers Set-Cookie Vary;
          proxy_set_header Host $http_host;
          add_header X-Cache $upstream_cache_status always;
          {{string.Concat(upstreams.Select(one => $"location {one.Path} {{ proxy_pass http://127.0.0.1:{one.Upstream.Port}; }} "))}}
        }
        """);

    /// <param name="http">What the block <c>http</c> says.</param>
    public static async Task<Nginx> StartAsync(Func<Nginx, string> http)
    {
        var executable = InstalledProgram.Require(ExecutablePath, "nginx", "nginx-light");
        var nginx = new Nginx();
        await nginx.StartAsync(executable, http(nginx));
        return nginx;
    }

    public async ValueTask DisposeAsync()
    {
        if (keeper is not null)
        {
            keeper.StandardInput.Close();
            await keeper.WaitForExitAsync();
            keeper.Dispose();
        }
        folder.Delete(recursive: true);
    }

    private string Folder(string name) => Path.Combine(folder.FullName, name);

    private async Task StartAsync(string executable, string http)
    {
        var path = Folder("nginx.conf");
        await File.WriteAllTextAsync(path, $$"""
            daemon off; master_process off; pid {{Folder("pid")}}; error_log {{Folder("error.log")}};
            events { worker_connections 64; }
            http {
              access_log off;
              client_body_temp_path {{Folder("body")}}; proxy_temp_path {{Folder("proxy")}};
              fastcgi_temp_path {{Folder("f")}}; uwsgi_temp_path {{Folder("u")}}; scgi_temp_path {{Folder("s")}};
              {{http}}
            }
            """);
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardInput = true, RedirectStandardError = true };
        foreach (var argument in (string[])["-c", Keeper, "sh", executable, "-p", folder.FullName, "-e", Folder("error.log"), "-c",
            path]) start.ArgumentList.Add(argument);
        keeper = Process.Start(start)!;
        var started = Stopwatch.GetTimestamp();
        while (!await ListensAsync())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(60),
                $"nginx does not listen: "
                + $"{(File.Exists(Folder("error.log")) ? await File.ReadAllTextAsync(Folder("error.log")) : "(no log)")}");
            await Task.Delay(20);
        }
    }

    private async Task<bool> ListensAsync()
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, Url.Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
