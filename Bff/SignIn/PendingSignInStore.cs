using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Bff.Sessions;
using StackExchange.Redis;

namespace Bff.SignIn;

/// <summary>
/// Sign-ins under way, in Redis, for the login timeout. A record's name and its key are derived from the <c>state</c> and the
/// secret in the browser's login cookie together: another browser finds nothing and consumes nothing (login CSRF).
/// </summary>
internal sealed class PendingSignInStore(IDatabase redis, RedisKeys keys, SessionOptions options, TimeProvider time)
{
    /// <summary>How a callback finds its sign-in.</summary>
    internal abstract record Taken
    {
        /// <summary>It was pending; nobody else will get it.</summary>
        public sealed record Now(PendingSignIn SignIn) : Taken;

        /// <summary>This browser has taken it before; the place where it led.</summary>
        public sealed record Before(string ReturnUrl, string? Error) : Taken;

        /// <summary>Expired, unknown, or another browser's.</summary>
        public sealed record Never : Taken;
    }

    private sealed record SignedIn(byte[] Session);

    private sealed record Destination(string ReturnUrl, string? Error, DateTimeOffset ExpiresAt);

    public async Task KeepAsync(string state, byte[] secret, PendingSignIn signIn)
    {
        var place = new Place(state, secret);
        // Both at once: a replay must find the destination whenever the sign-in itself is gone.
        await Task.WhenAll(
            redis.StringSetAsync(keys.SignIn(place.Name), place.Close(signIn), options.LoginTimeout),
            WriteDestinationAsync(place, new Destination(signIn.ReturnUrl, null, signIn.ExpiresAt)));
    }

    /// <summary>Takes the sign-in, once: replay is impossible by GETDEL, not by an <c>if</c>.</summary>
    public async Task<Taken> TakeAsync(string state, byte[] secret)
    {
        var place = new Place(state, secret);
        if (place.Open<PendingSignIn>(await redis.StringGetDeleteAsync(keys.SignIn(place.Name))) is { } signIn)
            return signIn.ExpiresAt > time.GetUtcNow() ? new Taken.Now(signIn) : new Taken.Never();
        if (place.Open<Destination>(await redis.StringGetAsync(keys.SignInReturn(place.Name))) is { } destination && destination.ExpiresAt > time.GetUtcNow())
            return new Taken.Before(destination.ReturnUrl, destination.Error);
        return new Taken.Never();
    }

    /// <summary>Remembers that the sign-in failed, so that a reload of the callback says so again.</summary>
    public async Task RememberFailureAsync(string state, byte[] secret, PendingSignIn signIn, SignInError error)
    {
        await WriteDestinationAsync(new Place(state, secret), new Destination(signIn.ReturnUrl, error.Code, signIn.ExpiresAt));
    }

    /// <summary>
    /// Notes which session this browser has got, and returns the one it got before, if that was within a login timeout: with
    /// two sign-ins under way in two tabs, neither <c>/login</c> nor the Strict cookie can tell the second of the first.
    /// </summary>
    public async Task<SessionId?> ExchangeSessionAsync(byte[] secret, SessionId session)
    {
        var place = new Place("", secret);
        var before = await redis.StringSetAndGetAsync(keys.SignedIn(place.Name), place.Close(new SignedIn(session.Reveal())), options.LoginTimeout);
        return place.Open<SignedIn>(before) is { } former ? SessionId.From(former.Session) : null;
    }

    private Task WriteDestinationAsync(Place place, Destination destination) =>
        redis.StringSetAsync(keys.SignInReturn(place.Name), place.Close(destination), options.LoginTimeout);

    /// <summary>Where a sign-in lies: 128 bits of name, 256 bits of key.</summary>
    private sealed class Place(string state, byte[] secret)
    {
        // Escaped, a return URL in another script would take six times its room, twice, for every anonymous login.
        private static readonly JsonSerializerOptions Lean = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

        public string Name { get; } = Base64Url.EncodeToString(Derive(state, secret, "name", 16));

        private readonly byte[] key = Derive(state, secret, "encryption", 32);

        public byte[] Close<T>(T value) => Sealed.Close(key, JsonSerializer.SerializeToUtf8Bytes(value, Lean), Context<T>());

        public T? Open<T>(RedisValue box) where T : class =>
            !box.IsNull && Sealed.Open(key, (byte[])box!, Context<T>()) is { } plaintext ? JsonSerializer.Deserialize<T>(plaintext) : null;

        private byte[] Context<T>() => Encoding.UTF8.GetBytes($"{typeof(T).Name} {Name}");

        private static byte[] Derive(string state, byte[] secret, string purpose, int length) =>
            HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, length, salt: Encoding.UTF8.GetBytes(state), info: Encoding.ASCII.GetBytes("bff sign-in " + purpose));
    }
}
