using Bff.Settings;

namespace Bff.Tests.SignIn;

/// <summary>The SPA and the BFF of the tests of return URLs, each on an origin of its own and both on one.</summary>
internal static class ReturnUrlOrigins
{
    public const string Spa = "https://app.example.com", SecondSpa = "https://admin.example.com:8443", BffUrl = "https://bff.example.com";

    public static readonly BffOptions Apart = new() { PublicUrl = BffUrl, SpaOrigins = [Spa, SecondSpa] };
    public static readonly BffOptions Shared = new() { PublicUrl = Spa, SpaOrigins = [Spa] };
}
