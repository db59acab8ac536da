using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using StackExchange.Redis;

namespace Bff.Benchmarks.Servers;

/// <summary>Tickets in Redis, as they are written in many places: a random key, the framework's serializer, one command each.</summary>
internal sealed class RedisTicketStore(IDatabase redis) : ITicketStore
{
    public async Task<string> StoreAsync(AuthenticationTicket ticket)
    {
        var key = "stock:ticket:" + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        await RenewAsync(key, ticket);
        return key;
    }

    public async Task RenewAsync(string key, AuthenticationTicket ticket)
    {
        var lifetime = ticket.Properties.ExpiresUtc - TimeProvider.System.GetUtcNow();
        await redis.StringSetAsync(key, TicketSerializer.Default.Serialize(ticket), lifetime is { } left ? new Expiration(left) : default);
    }

    public async Task<AuthenticationTicket?> RetrieveAsync(string key) =>
        (byte[]?)await redis.StringGetAsync(key) is { } ticket ? TicketSerializer.Default.Deserialize(ticket) : null;

    public Task RemoveAsync(string key) => redis.KeyDeleteAsync(key);
}
