using System.Text;

namespace Bff.Tests.Hosting;

/// <summary>
/// Lets Redis abort every n-th transaction with a condition: before its MULTI another key is watched, and before its EXEC changed.
/// For one client behind a <see cref="RedisGate"/>.
/// </summary>
internal sealed class AbortedTransactions(RedisNode redis, int every)
{
    private readonly string key = SharedRedis.NewKeyPrefix() + "watched";
    private int seen;
    private bool watches, aborts;

    /// <summary>How many were aborted.</summary>
    public int Count { get; private set; }

    /// <summary>For <see cref="RedisGate.Before"/>.</summary>
    public async Task<byte[]> BeforeAsync(string[] command)
    {
        switch (command[0].ToUpperInvariant())
        {
            case "WATCH":
                watches = true;
                break;
            case "UNWATCH":
                watches = false;
                break;
            case "MULTI" when watches:
                watches = false;
                aborts = ++seen % every == 0;
                // The client gets no reply to either.
                if (aborts) return [.. Bytes("CLIENT", "REPLY", "SKIP"), .. Bytes("WATCH", key)];
                break;
            case "EXEC" when aborts:
                aborts = false;
                Count++;
                Assert.NotNull(await redis.AskAsync("INCR", key));
                break;
        }
        return [];
    }

    private static byte[] Bytes(params string[] words) =>
        Encoding.ASCII.GetBytes($"*{words.Length}\r\n" + string.Concat(words.Select(word => $"${word.Length}\r\n{word}\r\n")));
}
