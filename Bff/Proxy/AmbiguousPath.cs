using System.Buffers;
using System.Text.RegularExpressions;
using Bff.Errors;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Transforms;

namespace Bff.Proxy;

/// <summary>
/// Refuses paths that the API could read differently: a further decoding, a backslash read as a slash, or a path parameter could make
/// a step out of the mapped prefix (OWASP path traversal).
/// </summary>
internal sealed partial class AmbiguousPath(RequestDelegate next)
{
    /// <summary>As many servers in a row may decode the path once more. More than that is refused.</summary>
    private const int Decodings = 4;

    /// <summary>A path of these alone is read by all in the same way.</summary>
    private static readonly SearchValues<char> Plain =
        SearchValues.Create("/ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_~:@,+=");

    public Task InvokeAsync(HttpContext context) =>
        IsAmbiguous(context.Request.Path.Value ?? "") || HasDoubleEncodedSlash(context)
            ? new Problem(ProblemCode.AmbiguousPath).ExecuteAsync(context)
            : next(context);

    /// <summary>
    /// The address of the API, with encoded slashes as the client sent them: Kestrel leaves <c>%2f</c> in the decoded path.
    /// </summary>
    /// <returns>Null where there is none: then YARP builds the address itself.</returns>
    public static Uri? Target(RequestTransformContext transform)
    {
        if (transform.Path.Value?.Contains("%2f", StringComparison.OrdinalIgnoreCase) != true) return null;
        var target = RequestUtilities.MakeDestinationAddress(transform.DestinationPrefix, transform.Path, default);
        return new Uri(EncodedTwice().Replace(target.OriginalString, "%$1") + transform.Query.QueryString.ToUriComponent());
    }

    /// <param name="path">As Kestrel decoded it, once, with its plain dot segments resolved.</param>
    internal static bool IsAmbiguous(string path)
    {
        if (!path.AsSpan().ContainsAnyExcept(Plain)) return false;
        for (var decodings = 0; decodings <= Decodings; decodings++)
        {
            if (path.Any(IsDangerous) || Segments().Split(path).Any(IsDotSegment)) return true;
            var decoded = Uri.UnescapeDataString(path);
            if (decoded == path) return false;
            path = decoded;
        }
        return true;
    }

    // After Kestrel's decoding it looks like a slash that was encoded once.
    private static bool HasDoubleEncodedSlash(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.AsSpan();
        var query = target.IndexOf('?');
        return (query < 0 ? target : target[..query]).Contains("%252f", StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsDangerous(char character) => character == '\\' || char.IsControl(character);

    // Some servers remove path parameters before they resolve dots: to them "..;x" is "..".
    private static bool IsDotSegment(string segment) => segment.Split(';')[0] is "." or "..";

    [GeneratedRegex("/|%2f", RegexOptions.IgnoreCase)]
    private static partial Regex Segments();

    [GeneratedRegex("%25(2f)", RegexOptions.IgnoreCase)]
    private static partial Regex EncodedTwice();
}
