using System.Text;

namespace Bff.Tests.Hosting;

/// <summary>Requests with a <c>Cookie</c> header exactly as a test writes it, in UTF-8.</summary>
internal static class Raw
{
    /// <summary>A call of the SPA's script, as far as the server can tell.</summary>
    public static Task<string> CallAsync(BffSystem system, string cookies, string line = "GET /me HTTP/1.1", Uri? at = null) =>
        RawHttp.SendAsync(at ?? system.Url, line, ["X-CSRF: 1", "Accept: */*", .. line.StartsWith("POST", StringComparison.Ordinal)
            ? (string[])["Content-Length: 0"] : [], "Cookie: " + Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(cookies))]);

    public static string Session(string value) => $"{The.SessionCookie}={value}";

    /// <summary>401 <c>no_session</c> and nothing else: no redirect, no cookie.</summary>
    public static void AssertAnonymous(string answer, string what)
    {
        Assert.True(RawHttp.Status(answer) == 401, $"{what}: {answer}");
        Assert.Contains("\"code\":\"no_session\"", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("\nLocation:", answer, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("\nSet-Cookie:", answer, StringComparison.OrdinalIgnoreCase);
    }
}
