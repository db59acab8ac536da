using System.Text.Json;

namespace Bff.Sessions;

/// <summary>How a change of the session stands in the stream. The names and members are public and stay.</summary>
internal static class EventMessage
{
    public static string Of(SessionChange change) => change switch
    {
        SessionChange.Refreshed { Stored: var stored } => $"id: {stored.Version}\n{Event("session-refreshed", new { AccessToken = AccessTokenState.Of(stored) })}",
        SessionChange.Expiring expiring => Event("session-expiring", new { ExpiresAt = expiring.At, expiring.IfUnused }),
        SessionChange.Ended ended => Event("session-ended", new { ended.Reason }),
        _ => throw new InvalidOperationException($"No such change: {change}"),
    };

    // JSON on one line: it escapes what would end the line.
    private static string Event(string name, object data) => $"event: {name}\ndata: {JsonSerializer.Serialize(data, JsonSerializerOptions.Web)}\n\n";
}
