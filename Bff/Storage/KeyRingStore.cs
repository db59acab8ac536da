using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using StackExchange.Redis;

namespace Bff.Storage;

/// <summary>The key ring in Redis: a list without a TTL, since it must outlive every session.</summary>
internal sealed class KeyRingStore(Func<IDatabase> redis, RedisKey key) : IXmlRepository
{
    /// <summary>What was last read; null before the first reading.</summary>
    private volatile RedisValue[]? known;

    /// <summary>How the ring in Redis compares to the one that this instance works with.</summary>
    internal enum Comparison
    {
        Same,

        /// <summary>Others added to it, or took away.</summary>
        Different,

        /// <summary>Redis had lost it; it has been written back.</summary>
        Restored,
    }

    public IReadOnlyCollection<XElement> GetAllElements()
    {
        var values = redis().ListRange(key, flags: RedisConnection.FromPrimary);
        known = values;
        return [.. values.Select(value => XElement.Parse(value.ToString()))];
    }

    public void StoreElement(XElement element, string friendlyName) =>
        redis().ListRightPush(key, element.ToString(SaveOptions.DisableFormatting));

    /// <summary>Whether the key, as it was last read, lies there unencrypted.</summary>
    public bool IsPlain(Guid id) => (known ?? []).Select(value => XElement.Parse(value.ToString()))
        .Where(element => (string?)element.Attribute("id") == id.ToString())
        .Any(element => !element.Descendants().Any(inner => inner.Name.LocalName == "encryptedSecret"));

    /// <summary>
    /// Without this, a Redis that lost everything would split the instances: those that run keep their keys for a day, those that
    /// start make new ones, and neither could read the cookies of the other.
    /// </summary>
    public async Task<Comparison> CompareAsync()
    {
        if (known is not { Length: > 0 } ours) return Comparison.Same;
        var values = await redis().ListRangeAsync(key, flags: RedisConnection.FromPrimary);
        if (values is not [])
        {
            known = values;
            return values.SequenceEqual(ours) ? Comparison.Same : Comparison.Different;
        }

        var transaction = redis().CreateTransaction();
        // The same key twice makes a ring unreadable: one instance restores it.
        transaction.AddCondition(Condition.KeyNotExists(key));
        _ = transaction.ListRightPushAsync(key, ours);
        return await transaction.ExecuteAsync() ? Comparison.Restored : Comparison.Same;
    }
}
