using Bff.Tests.Hosting;

namespace Bff.Tests.Refresh;

/// <summary>Ends of a session that Redis does not carry out.</summary>
internal static class DroppedEnds
{
    /// <summary>As uses do that slide at this very moment: Redis drops the transaction twice, and the version is what it was.</summary>
    /// <returns>Where the third end is stopped, if there is one.</returns>
    public static async Task<RedisGate.Stop> DropTwiceAsync(this RedisGate gate, RedisGate.Stop ending, BffSystem system, string session)
    {
        for (var time = 1; time <= 2; time++)
        {
            await ending.Reached;
            await system.Redis.KeyExpireAsync(session, TimeSpan.FromHours(11));
            var dropped = ending;
            ending = gate.StopAt("UNLINK", session);
            dropped.Go();
        }
        return ending;
    }
}
