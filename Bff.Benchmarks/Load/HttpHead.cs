using System.Buffers.Text;
using System.Text;

namespace Bff.Benchmarks.Load;

/// <summary>The head of a response, as far as a client must know it.</summary>
/// <param name="Length">Of the body; -1 when it comes in chunks.</param>
internal readonly record struct HttpHead(int Status, long Length)
{
    public static HttpHead Parse(ReadOnlySpan<byte> head)
    {
        // HTTP/1.1 200 OK
        if (head.Length < 12 || !Utf8Parser.TryParse(head.Slice(9, 3), out int status, out _)) throw new IOException("No HTTP response.");
        var length = 0L;
        while (head.IndexOf("\r\n"u8) is >= 0 and var end)
        {
            var line = head[..end];
            head = head[(end + 2)..];
            if (Names(line, "content-length:"u8)) length = Number(line[15..].TrimStart((byte)' '));
            else if (Names(line, "transfer-encoding:"u8)) length = -1;
        }
        return new HttpHead(status, status is 204 or 304 ? 0 : length);
    }

    private static long Number(ReadOnlySpan<byte> text) =>
        Utf8Parser.TryParse(text, out long number, out _) ? number : throw new IOException("No number.");

    private static bool Names(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name) =>
        line.Length > name.Length && Ascii.EqualsIgnoreCase(line[..name.Length], name);
}
