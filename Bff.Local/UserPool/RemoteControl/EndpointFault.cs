namespace Bff.Local.UserPool.RemoteControl;

/// <summary>What one endpoint does instead of its work, or with its answer.</summary>
internal sealed record EndpointFault
{
    /// <summary>Waits first, in real time: a network does not run on a test's clock.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>Does its work, then waits before it answers: in between the client does not know the result.</summary>
    public TimeSpan AnswerLatency { get; init; }

    /// <summary>Answers this status without doing anything.</summary>
    public int? Status { get; init; }

    /// <summary>Seconds, sent with <see cref="Status"/>.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>Sent with <see cref="Status"/>.</summary>
    public Dictionary<string, string> Headers { get; init; } = [];

    /// <summary>Sent with <see cref="Status"/>.</summary>
    public string Body { get; init; } = "";

    /// <summary>Never answers, until the client goes away.</summary>
    public bool Hang { get; init; }

    /// <summary>Does its work, then drops the connection without an answer.</summary>
    public bool DropAnswer { get; init; }

    /// <summary>Drops the connection without doing anything.</summary>
    public bool DropRequest { get; init; }

    /// <summary>How many requests it strikes; all, when absent.</summary>
    public int? Times { get; init; }
}
