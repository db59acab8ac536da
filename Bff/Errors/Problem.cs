using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using Bff.Operations;
using Bff.Settings;
using Microsoft.AspNetCore.Http.Metadata;

namespace Bff.Errors;

/// <summary>
/// The body of every error (RFC 9457), with this product's members <c>code</c>, <c>traceId</c> and, on a 401, <c>loginUrl</c>.
/// </summary>
internal sealed record ProblemBody(
    string Type,
    [property: Description("What happened, for a person.")] string Title,
    [property: Description("The HTTP status.")] int Status,
    [property: Description("What to do about it.")] string Detail,
    [property: Description("The stable name of this kind of error.")] string Code,
    [property: Description("Names the request in the server's logs.")] string TraceId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull),
        Description("On a 401: where to send the browser.")] string? LoginUrl = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull),
        Description("The faults by parameter.")] IReadOnlyDictionary<string, string[]>? Errors = null);

/// <summary>An error as an answer: problem+json for programs, a small page without script for a browser's navigation.</summary>
internal sealed class Problem(ProblemCode code, TimeSpan? retryAfter = null, IReadOnlyDictionary<string, string[]>? errors = null) : IResult
{
    public const string MediaType = "application/problem+json";

    /// <summary>Used where the cause does not say how long it lasts.</summary>
    public static readonly TimeSpan DefaultRetryAfter = TimeSpan.FromSeconds(5);

    public ProblemCode Code => code;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.RequestServices.GetRequiredService<Telemetry>().Refused(code.Code);
        var response = httpContext.Response;
        response.StatusCode = code.Status;
        if (retryAfter is not null || code.Status == StatusCodes.Status503ServiceUnavailable)
            response.Headers.RetryAfter =
                ((int)Math.Ceiling((retryAfter ?? DefaultRetryAfter).TotalSeconds))
                .ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (HttpMethods.IsHead(httpContext.Request.Method)) return;

        var options = httpContext.RequestServices.GetRequiredService<BffOptions>();
        var loginUrl = options.PublicOrigin + "/login";
        var traceId = TraceId(httpContext);
        if (IsNavigation(httpContext.Request))
        {
            response.ContentType = "text/html; charset=utf-8";
            await response.WriteAsync(ErrorPage.Render(code, loginUrl, options.Home, traceId,
                HttpMethods.IsGet(httpContext.Request.Method)), httpContext.RequestAborted);
            return;
        }
        var body = new ProblemBody($"urn:bff:problem:{code.Code}", code.Title, code.Status, code.Detail, code.Code, traceId,
            code == ProblemCode.NoSession || code == ProblemCode.SessionEnded ? loginUrl : null, errors);
        response.ContentType = MediaType;
        await response.BodyWriter.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(body, JsonSerializerOptions.Web));
    }

    /// <summary>What a problem and the request log call the request by.</summary>
    public static string TraceId(HttpContext httpContext) => Activity.Current?.TraceId.ToString() ?? httpContext.TraceIdentifier;

    /// <summary>Whether a person is looking: only then is the answer a page.</summary>
    private static bool IsNavigation(HttpRequest request) => request.Headers.Accept.Count > 0
        && request.GetTypedHeaders().Accept.Any(type => type.MediaType.Equals("text/html", StringComparison.OrdinalIgnoreCase));
}

/// <summary>The problem codes that an endpoint may answer with, for the API description.</summary>
internal sealed record ProducesProblems(params ProblemCode[] Codes);

internal static class ProblemMetadata
{
    /// <summary>Declares what an endpoint may answer; every endpoint may also fail with <c>internal_error</c>.</summary>
    public static TBuilder Problems<TBuilder>(this TBuilder builder, params ProblemCode[] codes) where TBuilder
        : IEndpointConventionBuilder =>
        builder.WithMetadata([new ProducesProblems(codes),
            .. codes.Select(code => code.Status).Distinct()
            .Select(status => (IProducesResponseTypeMetadata)new ProducesResponseTypeMetadata(status, typeof(ProblemBody),
            [Problem.MediaType]))]);
}
