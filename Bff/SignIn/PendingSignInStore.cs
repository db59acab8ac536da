using Bff.Sessions;
using Bff.Storage;
using StackExchange.Redis;

namespace Bff.SignIn;

/// <summary>
/// Sign-ins under way, in Redis, for the login timeout: what the callback needs once, and beside it where the sign-in leads,
/// which stays for a callback that comes again.
/// </summary>
internal sealed class PendingSignInStore(IDatabase redis, RedisKeys keys, SessionOptions options, TimeProvider time)
{
    /// <summary>How a callback finds its sign-in.</summary>
    internal abstract record Taken
    {
        /// <summary>It was pending; nobody else will get it.</summary>
        /// <param name="ReturnUrl">As <c>/login</c> got it; parsed again before it is used.</param>
        public sealed record Now(PendingSignIn SignIn, string ReturnUrl) : Taken
        {
            public override string ToString() => nameof(Now);
        }

        /// <summary>This browser has taken it before; the place where it led.</summary>
        public sealed record Before(string ReturnUrl, string? Error) : Taken
        {
            public override string ToString() => nameof(Before);
        }

        /// <summary>Expired, unknown, another browser's, or of another version of this program.</summary>
        public sealed record Never : Taken;
    }

    private sealed record Destination(string ReturnUrl, string? Error, DateTimeOffset ExpiresAt);

    public async Task KeepAsync(string state, byte[] secret, PendingSignIn signIn, string returnUrl)
    {
        var place = new SignInPlace(state, secret);
        // Both at once: a replay must find the destination whenever the sign-in itself is gone.
        await Task.WhenAll(
            redis.StringSetAsync(keys.SignIn(place.Name), place.Seal(signIn), options.LoginTimeout),
            WriteDestinationAsync(place, returnUrl, error: null));
    }

    /// <summary>Takes the sign-in, once: replay is impossible by GETDEL, not by an <c>if</c>.</summary>
    public async Task<Taken> TakeAsync(string state, byte[] secret)
    {
        var place = new SignInPlace(state, secret);
        // Read first: nothing is consumed that could not lead anywhere.
        if (place.Open<Destination>(await redis.StringGetAsync(keys.SignInReturn(place.Name), RedisConnection.FromPrimary)) is not { } destination || destination.ExpiresAt <= time.GetUtcNow())
            return new Taken.Never();

        var box = await redis.StringGetDeleteAsync(keys.SignIn(place.Name));
        if (box.IsNull) return new Taken.Before(destination.ReturnUrl, destination.Error);
        if (place.Open<PendingSignIn>(box) is { } signIn) return new Taken.Now(signIn, destination.ReturnUrl);

        Forget(place);
        return new Taken.Never();
    }

    /// <summary>Remembers that the sign-in failed, so that a callback that comes again says so. Best effort: the first answer does not depend on it.</summary>
    public async Task RememberFailureAsync(string state, byte[] secret, string returnUrl, SignInError error)
    {
        var place = new SignInPlace(state, secret);
        try
        {
            await WriteDestinationAsync(place, returnUrl, error.Code);
        }
        catch (Exception exception) when (RedisConnection.IsFault(exception))
        {
            Forget(place);
        }
    }

    private Task WriteDestinationAsync(SignInPlace place, string returnUrl, string? error) =>
        redis.StringSetAsync(keys.SignInReturn(place.Name), place.Seal(new Destination(returnUrl, error, time.GetUtcNow() + options.LoginTimeout)), options.LoginTimeout);

    /// <summary>A callback that comes again offers to sign in anew. A Redis that is full still deletes; nobody waits for one that hangs.</summary>
    private void Forget(SignInPlace place) => redis.KeyDelete(keys.SignInReturn(place.Name), CommandFlags.FireAndForget);
}
