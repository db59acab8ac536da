namespace Bff.Tests.Hosting;

/// <summary>Fixed values, named after themselves.</summary>
internal static class The
{
    public const string Alice = "alice@example.com";
    public const string Bob = "bob@example.com";
    public const string Password = "Correct-Horse-7";
    public const string SessionCookie = "__Host-bff";
    public const string LoginCookie = "__Host-bff-login";

    public static string Origin(this Uri url) => url.GetLeftPart(UriPartial.Authority);
}
