using System.Text;

namespace Bff.Security;

/// <summary>What Kestrel accepts. A longer URL is 414, more or longer header fields are 431, both without a body.</summary>
internal static class ServerLimits
{
    private const int Kilobyte = 1024;

    /// <remarks>The section <c>Kestrel:Limits</c> overrides each, by the names of <c>KestrelServerLimits</c>.</remarks>
    public static void UseServerLimits(this WebApplicationBuilder builder)
    {
        // RFC 9112 section 2.2 lets a server end a line at a lone LF. A proxy in front that does not would see other headers than we do.
        AppContext.SetSwitch("Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators", true);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // A character of a header is a byte: what passes to the API and back stays as it is, UTF-8 or not (RFC 9110 section 5.5).
            kestrel.RequestHeaderEncodingSelector = _ => Encoding.Latin1;
            kestrel.ResponseHeaderEncodingSelector = _ => Encoding.Latin1;
            var limits = kestrel.Limits;
            limits.MaxRequestLineSize = 8 * Kilobyte;
            limits.MaxRequestHeadersTotalSize = 32 * Kilobyte;
            limits.MaxRequestHeaderCount = 100;
            // For what passes on to the API; the endpoints here take far less.
            limits.MaxRequestBodySize = 30_000_000;
            limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            // Longer than load balancers keep idle connections, or they would send a request into one that closes.
            limits.KeepAliveTimeout = TimeSpan.FromSeconds(130);
            limits.MinRequestBodyDataRate = new(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
            builder.Configuration.GetSection("Kestrel:Limits").Bind(limits);
        });
    }
}
