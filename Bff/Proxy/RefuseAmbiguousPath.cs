using System.Text.RegularExpressions;
using Bff.Errors;

namespace Bff.Proxy;

/// <summary>
/// Refuses paths that could mean one thing here and another at the API: what a further decoding, a backslash taken for a
/// slash, or a path parameter would turn into a step out of the mapped prefix (OWASP path traversal).
/// </summary>
internal sealed partial class RefuseAmbiguousPath(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context) =>
        IsAmbiguous(context.Request.Path.Value ?? "") ? new Problem(ProblemCode.InvalidRequest).ExecuteAsync(context) : next(context);

    /// <param name="path">As the server decoded it, once, with its plain dot segments resolved.</param>
    internal static bool IsAmbiguous(string path)
    {
        var decoded = Uri.UnescapeDataString(path);
        return path.Any(IsDangerous) || decoded.Any(IsDangerous) || Segments().Split(decoded).Any(IsDotSegment);
    }

    private static bool IsDangerous(char character) => character == '\\' || char.IsControl(character);

    // Some servers cut path parameters off before they resolve the dots: "..;x" is ".." to them.
    private static bool IsDotSegment(string segment) => segment.Split(';')[0] is "." or "..";

    [GeneratedRegex("/|%2f", RegexOptions.IgnoreCase)]
    private static partial Regex Segments();
}
