using System.Text.RegularExpressions;
using Bff.Errors;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Transforms;

namespace Bff.Proxy;

/// <summary>
/// Refuses paths that could mean one thing here and another at the API: what a further decoding, a backslash taken for a
/// slash, or a path parameter would turn into a step out of the mapped prefix (OWASP path traversal).
/// </summary>
internal sealed partial class RefuseAmbiguousPath(RequestDelegate next)
{
    /// <summary>As many servers one behind the other may decode it once more; what is wrapped more often is no honest path.</summary>
    private const int Decodings = 4;

    public Task InvokeAsync(HttpContext context) =>
        IsAmbiguous(context.Request.Path.Value ?? "") || HasDoubleEncodedSlash(context) ? new Problem(ProblemCode.AmbiguousPath).ExecuteAsync(context) : next(context);

    /// <summary>
    /// Where the request goes, with an encoded slash as the client sent it. The server leaves <c>%2f</c> in the path it decoded
    /// otherwise; encoding that again would make another path of it.
    /// </summary>
    public static Uri Target(RequestTransformContext transform)
    {
        var target = RequestUtilities.MakeDestinationAddress(transform.DestinationPrefix, transform.Path, default);
        return new Uri(EncodedAgain().Replace(target.OriginalString, "%$1") + transform.Query.QueryString.ToUriComponent());
    }

    /// <param name="path">As the server decoded it, once, with its plain dot segments resolved.</param>
    internal static bool IsAmbiguous(string path)
    {
        for (var decodings = 0; decodings <= Decodings; decodings++)
        {
            if (path.Any(IsDangerous) || Segments().Split(path).Any(IsDotSegment)) return true;
            var decoded = Uri.UnescapeDataString(path);
            if (decoded == path) return false;
            path = decoded;
        }
        return true;
    }

    // It would look like an encoded one from here on.
    private static bool HasDoubleEncodedSlash(HttpContext context) =>
        context.Features.Get<IHttpRequestFeature>()?.RawTarget.Split('?')[0].Contains("%252f", StringComparison.OrdinalIgnoreCase) == true;

    private static bool IsDangerous(char character) => character == '\\' || char.IsControl(character);

    // Some servers cut path parameters off before they resolve the dots: "..;x" is ".." to them.
    private static bool IsDotSegment(string segment) => segment.Split(';')[0] is "." or "..";

    [GeneratedRegex("/|%2f", RegexOptions.IgnoreCase)]
    private static partial Regex Segments();

    [GeneratedRegex("%25(2f)", RegexOptions.IgnoreCase)]
    private static partial Regex EncodedAgain();
}
