using System.IO.Compression;
using System.Text;
using Bff.Tests.Hosting;
using Microsoft.AspNetCore.Http;

namespace Bff.Tests.Oidc;

/// <summary>Bodies meant to fill the memory of the reader.</summary>
[Row("TOK-10")]
public sealed class ProviderBodySizeTests(SharedRedis redis)
{
    private const int Megabyte = 1024 * 1024;

    [Theory]
    [InlineData(TestProvider.Token, true), InlineData(TestProvider.Token, false), InlineData(TestProvider.Jwks, true)]
    [InlineData(TestProvider.Jwks, false)]
    public async Task A_gigabyte_is_cut_off_at_the_first_megabyte_or_not_begun(string path, bool announced)
    {
        await using var signIn = await TamperedSignIn.StartAsync(redis, ("Oidc:BackchannelTimeout", "00:00:30"));
        // Only with an unknown key are the keys read once more.
        if (path == TestProvider.Jwks) signIn.Provider.SigningKey = TestKey.Third;
        long sent = 0;
        var done = new TaskCompletionSource();
        signIn.Provider.Answer(path, async context =>
        {
            try
            {
                if (announced) context.Response.ContentLength = 1024L * Megabyte;
                for (var chunk = Encoding.ASCII.GetBytes(new string(' ', 64 * 1024)); sent < 1024L * Megabyte; sent += chunk.Length)
                {
                    await context.Response.Body.WriteAsync(chunk, context.RequestAborted);
                    // Kestrel takes a while to see that there is no reader, and until then throws away whatever is written.
                    if (sent > 8L * Megabyte) await Task.Delay(20, context.RequestAborted);
                }
            }
            finally
            {
                done.TrySetResult();
            }
        });

        await signIn.AssertRefusedAsync($"a gigabyte at {path}", "provider_unavailable");

        await done.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        // What lies in buffers on the way counts as sent: more than was read, far less than all.
        Assert.InRange(sent, 0, 32L * Megabyte);
    }

    [Theory]
    [InlineData("gzip"), InlineData("br"), InlineData("deflate")]
    public async Task A_compressed_answer_is_not_unpacked(string encoding)
    {
        await using var signIn = await TamperedSignIn.StartAsync(redis);
        // Good JSON, and 100 MB of blanks behind it: unpacked and uncut it would be an answer.
        var bomb = Pack(encoding, """{"access_token":"a","token_type":"Bearer","id_token":"b"}""" + new string(' ', 100 * Megabyte));
        Assert.InRange(bomb.Length, 1, Megabyte);
        signIn.Provider.Answer(TestProvider.Token, async context =>
        {
            context.Response.Headers.ContentEncoding = encoding;
            context.Response.ContentType = "application/json";
            await context.Response.Body.WriteAsync(bomb, context.RequestAborted);
        });

        await signIn.AssertRefusedAsync(encoding, "provider_unavailable");
    }

    [Fact]
    public async Task A_small_good_answer_that_claims_to_be_compressed_is_none()
    {
        await using var signIn = await TamperedSignIn.StartAsync(redis);
        var packed = Pack("gzip", """{"access_token":"a","token_type":"Bearer","id_token":"b"}""");
        signIn.Provider.Answer(TestProvider.Token, async context =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            await context.Response.Body.WriteAsync(packed, context.RequestAborted);
        });

        // Unpacked it would be login_failed, for want of a good ID token.
        await signIn.AssertRefusedAsync("gzip", "provider_unavailable");
    }

    [Fact]
    public async Task Headers_without_end_are_cut_off_too()
    {
        await using var signIn = await TamperedSignIn.StartAsync(redis);
        signIn.Provider.Answer(TestProvider.Token, async context =>
        {
            for (var number = 0; number < 200; number++) context.Response.Headers[$"X-{number}"] = new string('x', 1024);
            await context.Response.WriteAsync("""{"access_token":"a","token_type":"Bearer","id_token":"b"}""", context.RequestAborted);
        });

        await signIn.AssertRefusedAsync("200 KB of headers", "provider_unavailable");
    }

    private static byte[] Pack(string encoding, string text)
    {
        using var packed = new MemoryStream();
        using (Stream packer = encoding switch
        {
            "gzip" => new GZipStream(packed, CompressionLevel.Fastest),
            "br" => new BrotliStream(packed, CompressionLevel.Fastest),
            _ => new ZLibStream(packed, CompressionLevel.Fastest),
        }) packer.Write(Encoding.ASCII.GetBytes(text));
        return packed.ToArray();
    }
}
