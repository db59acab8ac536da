using Bff.Storage;
using StackExchange.Redis;

namespace Bff.Operations.Doctor;

/// <summary>Version, eviction and persistence of each primary. A managed Redis may not show them, which is no failure.</summary>
internal static class RedisServerCheck
{
    private const string Version = "Redis version", Eviction = "Redis eviction", Persistence = "Redis persistence";

    private static readonly System.Version Oldest = new(6, 2);

    public static async Task<IReadOnlyList<Finding>> RunAsync(IConnectionMultiplexer redis)
    {
        var primaries = redis.GetServers().Where(server => server is { IsConnected: true, IsReplica: false });
        var findings = await Task.WhenAll(primaries.Select(JudgeAsync));
        return [.. findings.SelectMany(found => found).Distinct()];
    }

    private static async Task<Finding[]> JudgeAsync(IServer server)
    {
        if (await InfoAsync(server) is not { } info)
        {
            return [Finding.Ok("Redis server", "Version, eviction and persistence are not known: this Redis, or its ACL, refuses INFO. "
                + "It must be 6.2 or later, with maxmemory-policy noeviction and persistence.")];
        }
        return [JudgeVersion(info.GetValueOrDefault("redis_version")), JudgeEviction(info), await JudgePersistenceAsync(server, info)];
    }

    private static Finding JudgeVersion(string? text)
    {
        if (!System.Version.TryParse(text, out var version)) return Finding.Ok(Version, "Not known: INFO does not show it.");
        return version >= Oldest ? Finding.Ok(Version, $"{version}.")
            : Finding.Fail(Version, $"{version} lacks commands that the BFF uses (GETDEL).", "Update Redis to 6.2 or later.");
    }

    private static Finding JudgeEviction(Dictionary<string, string> info)
    {
        if (info.GetValueOrDefault("maxmemory_policy") is not { Length: > 0 } policy)
            return Finding.Ok(Eviction, "Not known: INFO does not show maxmemory_policy. It must be noeviction.");
        return policy == "noeviction" ? Finding.Ok(Eviction, "noeviction.")
            : Finding.Warn(Eviction,
                $"maxmemory-policy is {policy}: a full Redis deletes sessions, or the index that finds a user's sessions.",
                "Set maxmemory-policy noeviction.");
    }

    private static async Task<Finding> JudgePersistenceAsync(IServer server, Dictionary<string, string> info)
    {
        const string Remedy = "Set appendonly yes.";
        switch (info.GetValueOrDefault("aof_enabled"))
        {
            case "1": return Finding.Ok(Persistence, "The append-only file is on.");
            case null: return Finding.Ok(Persistence, "Not known: INFO does not show it. Without it, a restart signs all users out.");
        }
        return await SnapshotsAsync(server) switch
        {
            null => Finding.Warn(Persistence, "No append-only file. Snapshots are not known: CONFIG GET is refused.", Remedy),
            "" => Finding.Warn(Persistence, "None: all users sign in again after a restart of Redis.", Remedy),
            _ => Finding.Warn(Persistence, "Snapshots only: after a crash, what came after the last one is lost.", Remedy),
        };
    }

    /// <summary>Null where INFO is refused.</summary>
    private static async Task<Dictionary<string, string>?> InfoAsync(IServer server)
    {
        try
        {
            var sections = await server.InfoAsync();
            return sections.SelectMany(section => section).DistinctBy(pair => pair.Key).ToDictionary(pair => pair.Key, pair => pair.Value);
        }
        catch (Exception exception) when (RedisConnection.IsFault(exception))
        {
            return null;
        }
    }

    /// <summary>When snapshots are made, empty for never; null where CONFIG GET is refused.</summary>
    private static async Task<string?> SnapshotsAsync(IServer server)
    {
        try
        {
            var pairs = await server.ConfigGetAsync("save");
            return pairs.Select(pair => pair.Value).FirstOrDefault();
        }
        catch (Exception exception) when (RedisConnection.IsFault(exception))
        {
            return null;
        }
    }
}
