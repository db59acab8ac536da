namespace Bff.Tests.Hosting;

/// <summary>Fixed values, named after themselves.</summary>
internal static class The
{
    public const string Alice = "alice@example.com";
    public const string Subject = "a7e4c2d0-3b51-70f2-9c1e-5d2f8a6b4c10";
    public const string Bob = "bob@example.com";
    public const string Password = "Correct-Horse-7";
    public const string SessionCookie = "__Host-bff";
    public const string LoginCookie = "__Host-bff-login";
    public const string Nonce = "the-nonce-of-the-authorization-request";
    public const string AccessToken = "the-access-token";

    /// <summary>When the clocks of tests start that turn theirs by hand.</summary>
    public static readonly DateTimeOffset Beginning = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static string Origin(this Uri url) => url.GetLeftPart(UriPartial.Authority);
}
