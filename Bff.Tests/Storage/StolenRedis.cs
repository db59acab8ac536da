using System.Buffers.Text;
using System.Text;
using System.Xml.Linq;
using Bff.Sessions;
using Bff.Tests.Hosting;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.DependencyInjection;

namespace Bff.Tests.Storage;

/// <summary>What a thief makes of a copy of Redis: its key ring, and all that could be a key.</summary>
internal static class StolenRedis
{
    /// <summary>Everything in the copy that could be a key: names, fields, values, and what the ring's XML holds.</summary>
    public static IEnumerable<byte[]> Candidates(RedisCopy copy)
    {
        var ring = copy.Values.Single(pair => pair.Key.EndsWith(":keys", StringComparison.Ordinal)).Value;
        var names = copy.Values.Keys.Select(key => key.Split('{', '}').ElementAtOrDefault(1) ?? "").Where(name => name.Length > 0);
        return
        [
            .. ring.SelectMany(xml => XElement.Parse(Encoding.UTF8.GetString(xml)).Descendants("value"))
                .Select(value => Convert.FromBase64String(value.Value)),
            .. names.Select(Encoding.ASCII.GetBytes), .. names.Select(name => Base64Url.DecodeFromChars(name)),
            .. copy.Values.Values.SelectMany(values => values).Where(value => value.Length <= 64),
        ];
    }

    public static byte[] Long(byte[] candidate) =>
        [.. candidate.Concat(new byte[SessionId.Length]).Take(Math.Max(SessionId.Length, candidate.Length))];

    public static IDataProtectionProvider KeyRingOf(RedisCopy copy, BffSystem system)
    {
        var services = new ServiceCollection();
        services.AddDataProtection().SetApplicationName("bff")
            .AddKeyManagementOptions(options => options.XmlRepository = new Copied(copy.Values[system.KeyPrefix + "keys"]));
        return services.BuildServiceProvider().GetRequiredService<IDataProtectionProvider>();
    }

    private sealed class Copied(byte[][] elements) : IXmlRepository
    {
        public IReadOnlyCollection<XElement> GetAllElements() =>
            [.. elements.Select(element => XElement.Parse(Encoding.UTF8.GetString(element)))];

        public void StoreElement(XElement element, string friendlyName) => throw new InvalidOperationException("A copy is not written.");
    }
}
