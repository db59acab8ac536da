using Bff.Sessions;
using StackExchange.Redis;

namespace Bff.Storage;

/// <summary>Every key the BFF writes, in one place. What stands in braces decides the cluster slot, so a session's keys lie together.</summary>
internal sealed class RedisKeys(RedisOptions options)
{
    public RedisKey Session(string name) => $"{options.KeyPrefix}session:{{{name}}}";

    public RedisKey Lease(string name) => $"{options.KeyPrefix}lease:{{{name}}}";

    public RedisKey Group(SessionGroup group) => $"{options.KeyPrefix}{group.Kind}:{{{group.Name}}}";

    public RedisKey ProviderLogout(string name) => $"{options.KeyPrefix}provider-logout:{{{name}}}";

    public RedisKey SignIn(string name) => $"{options.KeyPrefix}signin:{{{name}}}";

    public RedisKey SignedIn(string name) => $"{options.KeyPrefix}signed-in:{{{name}}}";

    public RedisKey SignInReturn(string name) => $"{options.KeyPrefix}signin-return:{{{name}}}";
}
