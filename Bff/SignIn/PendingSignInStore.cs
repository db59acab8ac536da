using Bff.Sessions;
using Bff.Storage;

namespace Bff.SignIn;

/// <summary>
/// Pending sign-ins in Redis, for the login timeout. Each has two keys: what the callback needs, which is taken once, and the
/// destination, which stays for a callback that comes again.
/// </summary>
internal sealed class PendingSignInStore(RedisCommands redis, RedisKeys keys, SessionOptions options, TimeProvider time)
{
    /// <summary>What a callback finds.</summary>
    internal abstract record Taken
    {
        /// <summary>The sign-in was pending. No other callback gets it.</summary>
        /// <param name="ReturnUrl">As <c>/login</c> got it; parsed again before it is used.</param>
        public sealed record Pending(SignInKey Key, PendingSignIn SignIn, string ReturnUrl) : Taken
        {
            public override string ToString() => nameof(Pending);
        }

        /// <summary>Another callback of this browser has taken it.</summary>
        /// <param name="Error">Why it failed; null when it succeeded or still runs.</param>
        public sealed record AlreadyCompleted(string ReturnUrl, string? Error) : Taken
        {
            public override string ToString() => nameof(AlreadyCompleted);
        }

        /// <summary>Expired, never begun, another browser's, or of another version of this program.</summary>
        public sealed record Unknown : Taken;
    }

    private sealed record Destination(string ReturnUrl, string? Error, DateTimeOffset ExpiresAt);

    public async Task KeepAsync(string state, byte[] secret, PendingSignIn signIn, string returnUrl)
    {
        var key = new SignInKey(state, secret);
        var box = SealedBox.Seal(key.EncryptionKey, SignInContext(key), signIn);
        await Task.WhenAll(
            redis.StringSetAsync(keys.SignIn(key.Name), box, options.LoginTimeout),
            WriteDestinationAsync(key, returnUrl, error: null));
    }

    /// <summary>Takes the sign-in, once: GETDEL makes a replay impossible.</summary>
    public async Task<Taken> TakeAsync(string state, byte[] secret)
    {
        var key = new SignInKey(state, secret);
        // Not sent together: if Redis hangs, the first one fails, and the sign-in is not spent by the second.
        if (await ReadDestinationAsync(key) is not { } destination) return new Taken.Unknown();

        var box = await redis.StringGetDeleteAsync(keys.SignIn(key.Name));
        if (box.IsNull) return new Taken.AlreadyCompleted(destination.ReturnUrl, destination.Error);
        if (SealedBox.Open<PendingSignIn>(key.EncryptionKey, SignInContext(key), box) is { } signIn)
            return new Taken.Pending(key, signIn, destination.ReturnUrl);

        Forget(key);
        return new Taken.Unknown();
    }

    /// <summary>Remembers that the sign-in failed, for a callback that comes again. Best effort.</summary>
    public async Task RememberFailureAsync(Taken.Pending taken, SignInError error)
    {
        try
        {
            await WriteDestinationAsync(taken.Key, taken.ReturnUrl, error.Code);
        }
        catch (Exception exception) when (RedisConnection.IsFault(exception))
        {
            Forget(taken.Key);
        }
    }

    private async Task<Destination?> ReadDestinationAsync(SignInKey key)
    {
        var box = await redis.StringGetAsync(keys.SignInReturn(key.Name), RedisConnection.FromPrimary);
        var destination = SealedBox.Open<Destination>(key.EncryptionKey, DestinationContext(key), box);
        return time.GetUtcNow() < destination?.ExpiresAt ? destination : null;
    }

    private Task WriteDestinationAsync(SignInKey key, string returnUrl, string? error)
    {
        var destination = new Destination(returnUrl, error, time.GetUtcNow() + options.LoginTimeout);
        var box = SealedBox.Seal(key.EncryptionKey, DestinationContext(key), destination);
        return redis.StringSetAsync(keys.SignInReturn(key.Name), box, options.LoginTimeout);
    }

    /// <summary>A callback that comes again then offers a new sign-in. No one waits for it.</summary>
    private void Forget(SignInKey key) => redis.KeyDeleteAndForget(keys.SignInReturn(key.Name));

    private static string SignInContext(SignInKey key) => $"sign-in {key.Name}";

    private static string DestinationContext(SignInKey key) => $"destination {key.Name}";
}
