using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.RegularExpressions;
using StackExchange.Redis;

namespace Bff.Storage;

/// <summary>Why Redis did not do what it was asked: one log line per cause and minute, never with a key, a value or a password.</summary>
internal sealed partial class RedisFaults(TimeProvider time, ILogger<RedisFaults> logger)
{
    /// <summary>Of a transaction that was refused; the reply to the command in it names the cause.</summary>
    private const string Aborted = "EXECABORT";

    /// <summary>By the first word of an error reply.</summary>
    private static readonly Dictionary<string, string> Remedies = new()
    {
        ["OOM"] = "Redis is full: raise its maxmemory.",
        ["MISCONF"] = "Redis cannot save to disk and refuses writes: look at its log, the disk and the rights on its folder (dir).",
        ["NOREPLICAS"] = "The master has fewer replicas than min-replicas-to-write: start them, or lower it.",
        ["READONLY"] = "This Redis is a replica: name the master, all servers or Sentinel in Redis:Configuration.",
        ["MASTERDOWN"] = "This Redis is a replica that has lost its master: start the master, or promote a replica.",
        ["LOADING"] = "Redis reads its data from disk; it answers when that is done.",
        ["CLUSTERDOWN"] = "Not every hash slot has a master: look at CLUSTER INFO and CLUSTER NODES.",
        ["NOPERM"] = "The Redis user lacks a right: compare it with the ACL in docs/operating.md; ACL LOG shows what was refused.",
        ["NOAUTH"] = "Redis demands a password: user= and password= in Redis:Configuration are missing, or Redis refused them (WRONGPASS).",
        ["WRONGPASS"] = "Redis refused the user or the password: correct user= and password= in Redis:Configuration.",
        ["BUSY"] = "A script blocks Redis: end it with SCRIPT KILL.",
        ["ERR"] = "Is this Redis older than 6.2, or is its limit of clients (maxclients) reached?",
        [Aborted] = "A transaction was refused; another line names the cause.",
    };

    private const string Timeout =
        "Timeout. Redis is busy or hangs, a firewall drops the packets, or ssl in Redis:Configuration does not fit the port.";

    private readonly OncePerMinute due = new(time);

    /// <param name="fault">A fault by <see cref="RedisConnection.IsFault"/>.</param>
    /// <param name="consequence">What follows from it, as a sentence.</param>
    public void Report(Exception fault, string consequence = "") => Report(Cause(fault), consequence);

    /// <param name="reply">An error reply of Redis, of which only the first word is logged.</param>
    public void ReportReply(string reply)
    {
        if (FirstWord().Match(reply) is { Success: true } word) Report(CauseOf(word.Value), "");
    }

    /// <summary>Redis' own first word, or what the network said, and what to look at.</summary>
    public static string Cause(Exception fault)
    {
        var chain = Chain(fault).ToList();
        if (chain.Select(Reply).FirstOrDefault(reply => reply is not null) is { } word) return CauseOf(word);
        if (chain.OfType<SocketException>().FirstOrDefault() is { } socket) return CauseOf(socket.SocketErrorCode);
        if (chain.OfType<AuthenticationException>().FirstOrDefault() is { } tls)
            return $"TLS. {tls.Message} Look at ssl, sslHost in Redis:Configuration and the certificate; SSL_CERT_FILE names a private CA.";
        if (chain.Exists(inner => inner is TimeoutException || inner.Message.Contains("ConnectTimeout", StringComparison.Ordinal)))
            return Timeout;
        if (chain.Exists(inner => inner.Message.Contains("not eligible for replica", StringComparison.Ordinal)))
            return "No master. Only replicas can be reached: start the master, or name all servers in Redis:Configuration.";
        return "No connection. Redis closed it or does not answer: look at its log, and at ssl in Redis:Configuration.";
    }

    private void Report(string cause, string consequence)
    {
        if (cause.StartsWith(Aborted, StringComparison.Ordinal) || !due.IsDue(cause + consequence)) return;
        Log.Failed(logger, cause, consequence is "" ? "" : " " + consequence);
    }

    private static string CauseOf(string word) => $"{word}. {Remedies.GetValueOrDefault(word, "Look at the log of Redis.")}";

    private static string CauseOf(SocketError error) => error switch
    {
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain =>
            "Host not found. Correct the name in Redis:Configuration, or look at the DNS.",
        SocketError.ConnectionRefused => "Connection refused. Does Redis run, at the address and port in Redis:Configuration?",
        SocketError.TimedOut => Timeout,
        SocketError.ConnectionReset => "Connection reset. Redis was stopped, or ssl in Redis:Configuration does not fit the port.",
        _ => $"{error}. Look at the network between here and Redis, and at the address in Redis:Configuration.",
    };

    /// <summary>With several servers, the library nests what each said.</summary>
    private static IEnumerable<Exception> Chain(Exception fault)
    {
        IEnumerable<Exception> inner = (fault as AggregateException)?.InnerExceptions
            ?? [.. new[] { fault.InnerException }.OfType<Exception>()];
        return inner.SelectMany(Chain).Prepend(fault);
    }

    private static string? Reply(Exception fault) =>
        FirstWord().Match(fault.Message) is { Success: true } word && (fault is RedisServerException || word.Index > 0) ? word.Value : null;

    // The library quotes a reply to its own handshake behind "SimpleError: ".
    [GeneratedRegex("(?<=^|^SimpleError: )[A-Z]{2,20}(?= )")]
    private static partial Regex FirstWord();

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Redis failed: {Cause}{Consequence}")]
        public static partial void Failed(ILogger logger, string cause, string consequence);
    }
}
