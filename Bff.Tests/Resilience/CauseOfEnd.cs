using Bff.Sessions;

namespace Bff.Tests.Resilience;

/// <summary>What the instances' logs say of a session's end.</summary>
internal static class CauseOfEnd
{
    /// <returns>One of <see cref="EndReason"/>.</returns>
    public static string Reason(Fleet fleet, string session) =>
        Of(fleet, session) is { } line && line.IndexOf('(', StringComparison.Ordinal) is > 0 and var at
        ? line[(at + 1)..line.IndexOf(')', at)] : "unknown";

    /// <returns>The line, or null where there is none.</returns>
    public static string? Of(Fleet fleet, string session) => fleet.Instances.SelectMany(instance => instance.Log)
        .FirstOrDefault(line =>
            line.Contains($"Session {SessionId.LogNameOf(session)} ended", StringComparison.Ordinal)
            || line.Contains($"Session {SessionId.LogNameOf(session)} may have ended", StringComparison.Ordinal));
}
