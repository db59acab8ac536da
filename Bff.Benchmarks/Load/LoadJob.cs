using System.Diagnostics;

namespace Bff.Benchmarks.Load;

/// <summary>What kind of load it is.</summary>
internal enum LoadKind
{
    /// <summary>The same request again and again on each connection.</summary>
    Requests,

    /// <summary>Sign-ins from <c>/login</c> to the session cookie.</summary>
    Logins,

    /// <summary>Open event streams, and refreshes that all of them must show.</summary>
    Events,
}

/// <summary>What the process that makes the load is to do.</summary>
/// <param name="Ports">Connections go to each in turn.</param>
internal sealed record LoadJob(LoadKind Kind, int[] Ports)
{
    public int Connections { get; init; } = 64;

    /// <summary>The load ends when the time is over and each connection has sent <see cref="PerConnection"/> requests.</summary>
    public double Seconds { get; init; }

    /// <summary>How many requests each connection sends at least; of event streams, how often each session is refreshed.</summary>
    public int PerConnection { get; init; }

    /// <summary>Method and path, for example <c>GET /me</c>.</summary>
    public string Target { get; init; } = "GET /";

    /// <summary>The <c>Cookie</c> header of each connection, in turn; of sign-ins, what the user pool knows users by.</summary>
    public string[] Cookies { get; init; } = [];

    public long BodyLength { get; init; }

    public int ExpectedStatus { get; init; } = 200;

    /// <summary>Of sign-ins: where the user pool listens.</summary>
    public int PoolPort { get; init; }

    /// <summary>Of event streams: how many of each session.</summary>
    public int StreamsPerSession { get; init; }

    /// <summary>Whether a connection has more to send.</summary>
    public bool GoesOn(int sent, long startedAt) => sent < PerConnection || Stopwatch.GetElapsedTime(startedAt).TotalSeconds < Seconds;
}
