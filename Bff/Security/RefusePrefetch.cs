namespace Bff.Security;

/// <summary>What a browser or a previewer loads ahead, before a person has asked for it, begins, consumes and ends nothing: 204.</summary>
internal sealed class RefusePrefetch : IEndpointFilter
{
    // What browsers said before there was Sec-Purpose, and previewers still do.
    private static readonly string[] Former = ["Purpose", "X-Purpose", "X-Moz"];

    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        IsAhead(context.HttpContext.Request.Headers) ? ValueTask.FromResult<object?>(TypedResults.NoContent()) : next(context);

    private static bool IsAhead(IHeaderDictionary headers) => headers.ContainsKey("Sec-Purpose")
        || Array.Exists(Former, name =>
            headers[name].ToString() is var purpose && (purpose.Contains("prefetch", StringComparison.OrdinalIgnoreCase)
            || purpose.Contains("preview", StringComparison.OrdinalIgnoreCase)));
}
