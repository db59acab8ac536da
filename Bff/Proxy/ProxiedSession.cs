using Bff.Refresh;
using Bff.Sessions;

namespace Bff.Proxy;

/// <summary>The session for which a request goes to the API, as the transforms know it.</summary>
internal sealed class ProxiedSession(StoredSession stored)
{
    public StoredSession Stored => stored;

    public string AccessToken => stored.Session.Tokens.AccessToken;

    /// <summary>Whether this is the second attempt, after which no third comes.</summary>
    public bool IsRetry { get; init; }

    /// <summary>Set when the API refused the token and the request is to be sent again, for the session as it is now.</summary>
    public StoredSession? Renewed { get; set; }

    /// <summary>Set when the API refused the token and it turned out that the session is over.</summary>
    public RefreshOutcome? End { get; set; }

    /// <summary>Set when the API refused the token and the store could not be asked about the session.</summary>
    public Exception? StoreFault { get; set; }

    /// <summary>Whether the request lasts until somebody ends it, by what it asks for or by what the API answers.</summary>
    public bool IsStream { get; set; }

    public override string ToString() => nameof(ProxiedSession);
}
