using System.Globalization;
using System.Text;
using CsCheck;

namespace Bff.Tests.Hosting;

/// <summary>
/// Bytes that only an attacker would send: mutations of good ones, and noise. Each run lasts about a second and a half, or
/// as long as the environment variable <c>FUZZ_SECONDS</c> says. What fails is made smaller and printed together with its seed;
/// <c>CsCheck_Seed=…</c> in the environment begins there again.
/// </summary>
internal static class Fuzz
{
    // Noise rarely gets past a parser's first check: what matters to one is among the pieces.
    private static readonly byte[][] Pieces =
    [
        .. new[]
        {
            "", "\0", "\r", "\n", "\r\n", "\r\n\r\n", "\t", " ", "\"", "\\", "'", "{", "}", "[", "]", "{}", "[]", ":", ",", ";", "=",
            "==", "&", "%", "%00", "%0d%0a", "%2e%2e%2f", "%5c", "%c0%af", "%u0041", "+", "-", ".", "..", "/", "//",
            "../", "..;/", "null", "true", "false", "0", "-1", "1e999", "1.5", "2147483648", "9223372036854775807",
            "-9223372036854775808", "99999999999999999999", "NaN", "\\ud800", "\\u0000", "\\udc00\\ud800", "\ufeff", "\ufffd", "\u202e",
            "é", "\U0001f600", "\"\\ud800\":1,", "\"x\":1,",
            "\"x\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "<script>", "__proto__", "$ref", "state=",
            "code=", "error=", "iss=", "__Host-bff=", "__Host-bff-login=",
            "Transfer-Encoding: chunked\r\n", "Content-Length: 5\r\n", "Content-Length: -1\r\n", "Host: evil.example\r\n",
            "Cookie: __Host-bff=\r\n", "X-CSRF: 1\r\n", "Origin: null\r\n", "Accept: text/html;q=x\r\n", "Expect: 100-continue\r\n",
            "HTTP/1.0",
            "HTTP/2.0", "http://evil.example", "*", "alg", "none", "kid", "crit", "eyJ", new string('A', 300),
        }.Select(Encoding.UTF8.GetBytes),
        [0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0x80], [0xf4, 0x90, 0x80, 0x80],
    ];

    private enum Kind
    {
        Flip, Set, Cut, Remove, Repeat, Insert, Splice,
    }

    private sealed record Mutation(Kind Kind, int Place, int Length, byte Value, byte[] Piece)
    {
        public override string ToString() => $"{Kind} at {Place}, {Length}, {Value}, {Encoding.Latin1.GetString(Piece)}";
    }

    /// <summary>How long one run lasts, in seconds.</summary>
    public static double Seconds { get; } =
        double.TryParse(Environment.GetEnvironmentVariable("FUZZ_SECONDS"), CultureInfo.InvariantCulture, out var seconds) ? seconds : 1.5;

    /// <summary>Mutations of these, up to eight at once, and one time in sixteen noise.</summary>
    public static Gen<byte[]> Bytes(params byte[][] seeds)
    {
        var mutation = Gen.Select(Gen.Enum<Kind>(), Gen.Int[0, 1 << 16], Gen.Int[1, 40], Gen.Byte, Gen.OneOf(Pieces),
            (kind, place, length, value, piece) => new Mutation(kind, place, length, value, piece));
        var mutated = Gen.Select(Gen.OneOf(seeds), Gen.OneOf(seeds), mutation.Array[1, 8], (seed, other, mutations) =>
            mutations.Aggregate(seed, (bytes, change) => Apply(bytes, change, other)));
        return Gen.Frequency<byte[]>((15, mutated), (1, Gen.Byte.Array[0, 400]));
    }

    public static Gen<byte[]> Bytes(params string[] seeds) => Bytes(Array.ConvertAll(seeds, Encoding.UTF8.GetBytes));

    /// <summary>The same as text, where what comes is text already.</summary>
    public static Gen<string> Text(params string[] seeds) =>
        Gen.OneOf<string>(Bytes(seeds).Select(Encoding.Latin1.GetString), Bytes(seeds).Select(Encoding.UTF8.GetString));

    public static async Task RunAsync<T>(this Gen<T> gen, Func<T, Task> check, Func<T, string> print, int threads = 2)
    {
        var ends = TimeProvider.System.GetTimestamp() + (long)(Seconds * TimeProvider.System.TimestampFrequency);
        // By count and not by its own clock, which knows whole seconds only; the first round is the least that is ever tried.
        do
        {
            await gen.SampleAsync(check, iter: 300, threads: threads, print: print);
        }
        while (TimeProvider.System.GetTimestamp() < ends);
    }

    public static Task RunAsync(this Gen<byte[]> gen, Func<byte[], Task> check, int threads = 2) => gen.RunAsync(check, Print, threads);

    public static Task RunAsync(this Gen<byte[]> gen, Action<byte[]> check) => gen.RunAsync(bytes =>
    {
        check(bytes);
        return Task.CompletedTask;
    });

    public static string Print(byte[] bytes) => $"\"{Print(Encoding.Latin1.GetString(bytes))}\"";

    public static string Print(string text) =>
        string.Concat(text.Select(character => character is >= ' ' and <= '~' ? character.ToString() : $"\\x{(int)character:x}"));

    private static byte[] Apply(byte[] bytes, Mutation mutation, byte[] other)
    {
        var place = mutation.Place % (bytes.Length + 1);
        var end = Math.Min(place + mutation.Length, bytes.Length);
        switch (mutation.Kind)
        {
            case Kind.Flip or Kind.Set when bytes.Length > 0:
                var changed = (byte[])bytes.Clone();
                place %= bytes.Length;
                changed[place] = mutation.Kind == Kind.Set ? mutation.Value : (byte)(changed[place] ^ (1 << (mutation.Value & 7)));
                return changed;
            case Kind.Cut: return bytes[..place];
            case Kind.Remove: return [.. bytes[..place], .. bytes[end..]];
            case Kind.Repeat: return [.. bytes[..end], .. bytes[place..]];
            case Kind.Insert: return [.. bytes[..place], .. mutation.Piece, .. bytes[place..]];
            case Kind.Splice: return [.. bytes[..place], .. other[Math.Min(place, other.Length)..]];
            default: return bytes;
        }
    }
}
