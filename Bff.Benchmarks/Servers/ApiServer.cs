namespace Bff.Benchmarks.Servers;

/// <summary>The API behind the proxies. It looks at no token, so that what it costs is the same for all.</summary>
internal static class ApiServer
{
    private static readonly byte[] Block = new byte[64 * 1024];

    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        var app = builder.Build();
        app.MapGet("/api/bytes/{count:long}", SendAsync);
        app.MapPost("/api/bytes", ReceiveAsync);
        app.MapGet("/api/stream/{count:long}", StreamAsync);
        return app;
    }

    /// <summary>With a length.</summary>
    private static Task SendAsync(long count, HttpResponse response)
    {
        response.ContentLength = count;
        return StreamAsync(count, response);
    }

    /// <summary>In chunks.</summary>
    private static async Task StreamAsync(long count, HttpResponse response)
    {
        response.ContentType = "application/octet-stream";
        for (var left = count; left > 0; left -= Block.Length)
            await response.Body.WriteAsync(Block.AsMemory(0, (int)Math.Min(left, Block.Length)), response.HttpContext.RequestAborted);
    }

    private static async Task<string> ReceiveAsync(HttpRequest request)
    {
        await request.Body.CopyToAsync(Stream.Null);
        return "received";
    }
}
