using System.Buffers;
using Bff.Errors;

namespace Bff.Security;

/// <summary>
/// Refuses what Kestrel understands and a server in front might understand otherwise: a message of which two servers
/// disagree where it ends carries a second one inside (RFC 9112 sections 6.1, 6.3 and 11.2).
/// </summary>
internal static class StrictHttp
{
    /// <summary>Not allowed in field values (RFC 9110 section 5.5); Kestrel refuses NUL, CR and LF alone.</summary>
    private static readonly SearchValues<char> Controls =
        SearchValues.Create([.. Enumerable.Range(0, 0x20).Append(0x7f).Select(code => (char)code).Where(character => character != '\t')]);

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
        foreach (var (_, values) in request.Headers)
        {
            foreach (var value in values)
            {
                if (value.AsSpan().ContainsAny(Controls)) return true;
            }
        }
        if (request.Headers.TransferEncoding.Count == 0) return false;
        // Kestrel ignores codings before "chunked", and puts a Content-Length beside it away under this name.
        return !request.Headers.TransferEncoding.ToString().Equals("chunked", StringComparison.OrdinalIgnoreCase)
            || request.Headers.ContainsKey("X-Content-Length")
            || request.Protocol != "HTTP/1.1";
    }
}
