using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using Bff.Storage;
using StackExchange.Redis;

namespace Bff.Operations.Doctor;

/// <summary>Whether the keys in Redis that protect the login cookie are encrypted themselves.</summary>
internal static class KeyRingCheck
{
    private const string Check = "key ring";

    public static async Task<IReadOnlyList<Finding>> RunAsync(IConnectionMultiplexer redis, Installation installation)
    {
        if (!installation.AreUsable("DataProtection:")) return [Finding.NotChecked(Check, "Section DataProtection has a fault.")];
        if (installation.Settings.KeyRing.CertificatePath is null)
        {
            return [Finding.Warn(Check, "It is not encrypted: all who can read Redis can read the keys of the login cookies.",
                "Set DataProtection:CertificatePath (docs/operating.md, the key ring).")];
        }
        try
        {
            var list = KeyRing.Key(installation.Settings.Redis);
            return [Judge(await redis.GetDatabase().ListRangeAsync(list, flags: RedisConnection.FromPrimary))];
        }
        catch (Exception exception) when (RedisConnection.IsFault(exception))
        {
            return [Finding.Fail(Check, "It cannot be read.", RedisFaults.Cause(exception))];
        }
    }

    private static Finding Judge(RedisValue[] ring)
    {
        var now = TimeProvider.System.GetUtcNow();
        return ring.Count(key => IsValidAndReadable(key, now)) is > 0 and var readable
            ? Finding.Warn(Check, $"{readable} valid key(s) in Redis are not encrypted: they are older than the certificate.",
                "Replace the key ring: stop all instances, delete its list in Redis, start them (docs/operating.md, the key ring).")
            : Finding.Ok(Check, "A certificate encrypts it, and no valid key in Redis is unencrypted.");
    }

    /// <summary>By the format of ASP.NET Core Data Protection. A revocation is no key.</summary>
    private static bool IsValidAndReadable(RedisValue value, DateTimeOffset now)
    {
        try
        {
            var key = XElement.Parse(value.ToString());
            return key.Name == "key" && !key.Descendants().Any(element => element.Name.LocalName == "encryptedSecret")
                && DateTimeOffset.TryParse((string?)key.Element("expirationDate"), CultureInfo.InvariantCulture, out var end) && end > now;
        }
        catch (XmlException)
        {
            // Not written by Data Protection, which skips it as well.
            return false;
        }
    }
}
