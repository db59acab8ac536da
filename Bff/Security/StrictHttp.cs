using System.Text.RegularExpressions;
using Bff.Errors;

namespace Bff.Security;

/// <summary>
/// Refuses what Kestrel understands and a server in front might understand otherwise: a message of which two servers
/// disagree where it ends carries a second one inside (RFC 9112 sections 6.1, 6.3 and 11.2).
/// </summary>
internal static partial class StrictHttp
{
    public static void UseStrictHttp(this WebApplication app) => app.Use((context, next) =>
    {
        if (!IsAmbiguous(context.Request)) return next(context);
        context.Response.Headers.Connection = "close";
        return new Problem(ProblemCode.InvalidRequest).ExecuteAsync(context);
    });

    private static bool IsAmbiguous(HttpRequest request)
    {
        // Methods are case-sensitive (RFC 9110 section 9.1); routing is not.
        if (HttpMethods.GetCanonicalizedValue(request.Method) != request.Method) return true;
        // Not allowed in field values (RFC 9110 section 5.5); Kestrel refuses NUL, CR and LF alone.
        if (request.Headers.Any(field => Control().IsMatch(field.Value.ToString()))) return true;
        if (request.Headers.TransferEncoding.Count == 0) return false;
        // Kestrel ignores codings before "chunked", and puts a Content-Length beside it away under this name.
        return !request.Headers.TransferEncoding.ToString().Equals("chunked", StringComparison.OrdinalIgnoreCase)
            || request.Headers.ContainsKey("X-Content-Length")
            || request.Protocol != "HTTP/1.1";
    }

    [GeneratedRegex(@"[\x00-\x08\x0a-\x1f\x7f]")]
    private static partial Regex Control();
}
