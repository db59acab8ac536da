using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Bff.Tests.Hosting;

namespace Bff.Tests.Security;

/// <summary>Thousands of cookies that are nearly genuine: no answer may tell how nearly.</summary>
[Row("SES-07")]
public sealed partial class ForgeryTests(SharedRedis redis)
{
    private const int ChecksumLength = 8, BlockLength = 8, Probes = 2000;

    [Fact]
    public async Task A_forged_cookie_is_the_same_401_wherever_it_was_forged()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        var genuine = Base64Url.DecodeFromChars(browser.Cookie(The.SessionCookie)!.Value);
        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false });
        var reference = await ProbeAsync(client, system, "garbage");

        var answers = new System.Collections.Concurrent.ConcurrentDictionary<string, int>();
        await Parallel.ForEachAsync(Forged(genuine),
            new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = TestContext.Current.CancellationToken },
        async (forged, _) =>
            answers.AddOrUpdate(await ProbeAsync(client, system, Base64Url.EncodeToString(forged)), 1, (_, count) => count + 1));

        var (answer, number) = Assert.Single(answers);
        Assert.Equal(reference, answer);
        Assert.InRange(number, 2500, 10_000);
        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(system)).StatusCode);
    }

    private static IEnumerable<byte[]> Forged(byte[] genuine)
    {
        byte[] With(Action<byte[]> change)
        {
            var copy = (byte[])genuine.Clone();
            change(copy);
            return copy;
        }

        yield return With(copy => copy.AsSpan(^ChecksumLength).Clear());
        yield return With(copy => copy.AsSpan(^ChecksumLength).Fill(0xff));
        yield return With(copy => copy.AsSpan(^BlockLength).Clear());
        yield return With(copy => copy.AsSpan(20, copy.Length - 20).Clear());
        yield return genuine[..^ChecksumLength];
        for (var length = 0; length < genuine.Length; length++) yield return genuine[..length];
        for (var bit = 0; bit < genuine.Length * 8; bit++) yield return With(copy => copy[bit / 8] ^= (byte)(1 << (bit % 8)));
        // Every value of one byte before the checksum, and random ones.
        for (var value = 1; value < 256; value++) yield return With(copy => copy[^(ChecksumLength + BlockLength + 1)] ^= (byte)value);
        for (var probe = 0; probe < Probes; probe++)
            yield return With(copy =>
            RandomNumberGenerator.Fill(copy.AsSpan(copy.Length - (BlockLength * (1 + (probe % 4))), BlockLength)));
    }

    /// <summary>All that a client sees of the answer, apart from what every answer has its own of.</summary>
    private static async Task<string> ProbeAsync(HttpClient client, BffSystem system, string value)
    {
        // Redis that is slow on a busy machine is no part of this.
        for (var attempt = 1; ; attempt++)
        {
            var answer = await SendAsync(client, system, value);
            if (attempt == 10 || !answer.StartsWith("503", StringComparison.Ordinal)) return answer;
        }
    }

    private static async Task<string> SendAsync(HttpClient client, BffSystem system, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(system.Url, "/me"));
        request.Headers.Add("X-CSRF", "1");
        request.Headers.TryAddWithoutValidation("Cookie", Raw.Session(value));
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var headers = answer.Headers.Concat(answer.Content.Headers).Where(header => header.Key != "Date")
            .Select(header => $"{header.Key}: {string.Join(", ", header.Value)}");
        var body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return $"{(int)answer.StatusCode}\n{string.Join('\n', headers)}\n{TraceId().Replace(body, "\"traceId\":\"\"")}";
    }

    [GeneratedRegex("\"traceId\":\"[^\"]+\"")]
    private static partial Regex TraceId();
}
