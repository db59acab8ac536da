using System.Text;

namespace Bff.Tests.Hosting;

/// <summary>A span as a collector gets it.</summary>
/// <param name="Source">Which library made it.</param>
/// <param name="Tags">Its attributes that are texts.</param>
internal sealed record ReceivedSpan(
    string TraceId, string SpanId, string ParentId, string Name, string Source, IReadOnlyDictionary<string, string> Tags)
{
    /// <summary>Of an <c>ExportTraceServiceRequest</c> (opentelemetry/proto/trace/v1).</summary>
    public static IEnumerable<ReceivedSpan> Read(byte[] request) =>
        from resource in Messages(request, 1)
        from scope in Messages(resource, 2)
        let source = Messages(scope, 1).Select(library => Text(library, 1)).FirstOrDefault("")
        from span in Messages(scope, 2)
        select new ReceivedSpan(Hex(span, 1), Hex(span, 2), Hex(span, 4), Text(span, 5), source,
            Messages(span, 9).ToDictionary(tag => Text(tag, 1),
                tag => Messages(tag, 2).Select(value => Text(value, 1)).FirstOrDefault("")));

    private static string Text(byte[] message, int field) =>
        Messages(message, field).Select(bytes => Encoding.UTF8.GetString(bytes)).FirstOrDefault("");

    private static string Hex(byte[] message, int field) =>
        Messages(message, field).Select(Convert.ToHexStringLower).FirstOrDefault("");

    /// <summary>The fields of that number whose value has a length: texts, bytes and messages.</summary>
    private static IEnumerable<byte[]> Messages(byte[] message, int field)
    {
        for (var at = 0; at < message.Length;)
        {
            var tag = Number(message, ref at);
            var length = (tag & 7) switch
            {
                0 => Skipped(message, ref at),
                1 => 8,
                2 => (int)Number(message, ref at),
                5 => 4,
                _ => throw new InvalidDataException($"No such wire type: {tag & 7}"),
            };
            if ((tag & 7) == 2 && tag >> 3 == (ulong)field) yield return message[at..(at + length)];
            at += length;
        }
    }

    private static int Skipped(byte[] message, ref int at)
    {
        Number(message, ref at);
        return 0;
    }

    private static ulong Number(byte[] message, ref int at)
    {
        ulong number = 0;
        for (var shift = 0; ; shift += 7)
        {
            var part = message[at++];
            number |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80) return number;
        }
    }
}
