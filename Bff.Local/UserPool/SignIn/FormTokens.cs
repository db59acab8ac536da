using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;

namespace Bff.Local.UserPool.SignIn;

/// <summary>
/// The hidden field <c>_csrf</c>: when the attempt began, and a MAC of that under this pool's key
/// and the browser's cookie. Forms in several tabs stay valid side by side.
/// </summary>
internal sealed class FormTokens(PoolClock clock, PoolAddresses addresses)
{
    /// <summary>A sign-in must be finished within this.</summary>
    public static readonly TimeSpan AttemptLimit = TimeSpan.FromMinutes(5);

    private const string CookieName = "cognito-csrf";

    private readonly byte[] key = RandomNumberGenerator.GetBytes(32);

    /// <summary>A form that is shown again keeps its attempt's first moment.</summary>
    public string Issue(HttpContext context, DateTimeOffset? begunAt = null)
    {
        var browser = context.Request.Cookies[CookieName];
        if (string.IsNullOrEmpty(browser))
        {
            browser = Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(32));
            context.Response.Cookies.Append(CookieName, browser, PoolCookie.Options(addresses, lifetime: null));
        }

        var moment = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(moment, (begunAt ?? clock.Now).ToUnixTimeMilliseconds());
        return Base64UrlEncoder.Encode([.. moment, .. Mac(moment, browser)]);
    }

    public FormTokenVerdict Judge(HttpContext context, IFormCollection form)
    {
        var bytes = Decode(form["_csrf"].ToString());
        var browser = context.Request.Cookies[CookieName];
        if (bytes.Length != sizeof(long) + HMACSHA256.HashSizeInBytes || string.IsNullOrEmpty(browser)
            || !CryptographicOperations.FixedTimeEquals(Mac(bytes[..sizeof(long)], browser), bytes.AsSpan(sizeof(long))))
        {
            return new FormTokenVerdict.Foreign();
        }

        var begunAt = DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(bytes));
        return clock.Now < begunAt + AttemptLimit ? new FormTokenVerdict.Good(begunAt) : new FormTokenVerdict.TooLate();
    }

    private byte[] Mac(byte[] moment, string browser) => HMACSHA256.HashData(key, (byte[])[.. moment, .. Encoding.UTF8.GetBytes(browser)]);

    private static byte[] Decode(string field)
    {
        try
        {
            return Base64UrlEncoder.DecodeBytes(field);
        }
        catch (Exception unreadable) when (unreadable is FormatException or ArgumentException)
        {
            return [];
        }
    }
}

/// <summary>What a form's hidden field proves.</summary>
internal abstract record FormTokenVerdict
{
    private FormTokenVerdict()
    {
    }

    public sealed record Good(DateTimeOffset BegunAt) : FormTokenVerdict;

    public sealed record TooLate : FormTokenVerdict;

    /// <summary>Not this pool's form, or not this browser's.</summary>
    public sealed record Foreign : FormTokenVerdict;
}
