using System.Text;

namespace Bff.Benchmarks.Load;

/// <summary>A request as it goes over the connection: a browser's usual fields, as the SPA sends it.</summary>
internal static class RequestText
{
    public static byte[] Of(string target, int port, string? cookie, long bodyLength = 0, string accept = "*/*")
    {
        var head = new StringBuilder($"{target} HTTP/1.1\r\nHost: localhost:{port}\r\nAccept: {accept}\r\nX-CSRF: 1\r\n");
        if (cookie is not null) head.Append($"Cookie: {cookie}\r\n");
        if (bodyLength > 0) head.Append($"Content-Type: application/octet-stream\r\nContent-Length: {bodyLength}\r\n");
        else if (target.StartsWith("POST ", StringComparison.Ordinal)) head.Append("Content-Length: 0\r\n");
        return Encoding.Latin1.GetBytes(head.Append("\r\n").ToString());
    }
}
