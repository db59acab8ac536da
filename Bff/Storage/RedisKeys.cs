using StackExchange.Redis;

namespace Bff.Storage;

/// <summary>All keys of the BFF. The part in braces decides the slot of a cluster.</summary>
internal sealed class RedisKeys(RedisOptions options)
{
    public RedisKey Session(string name) => $"{options.KeyPrefix}session:{{{name}}}";

    public RedisKey Lease(string name) => $"{options.KeyPrefix}lease:{{{name}}}";

    public RedisKey Index(string kind, string name) => $"{options.KeyPrefix}{kind}:{{{name}}}";

    public RedisKey LogoutToken(string name) => $"{options.KeyPrefix}provider-logout:{{{name}}}";

    public RedisKey SignIn(string name) => $"{options.KeyPrefix}signin:{{{name}}}";

    public RedisKey SignInReturn(string name) => $"{options.KeyPrefix}signin-return:{{{name}}}";
}
