using System.Text;
using System.Text.Json.Nodes;

namespace Bff.Local.UserPool.Tokens;

/// <summary>Answers with the headers that Cognito puts on them.</summary>
internal static class TokenResults
{
    public static IResult Json(HttpContext context, JsonObject body, int status = StatusCodes.Status200OK)
    {
        AddHeaders(context);
        return new Answer(body.ToCognitoJson(), status);
    }

    /// <summary>400, <c>invalid_client</c> too: Cognito's token endpoint never answers 401.</summary>
    public static IResult Error(HttpContext context, string error, string? description = null, int status = StatusCodes.Status400BadRequest)
    {
        var body = new JsonObject { ["error"] = error };
        if (description is not null)
        {
            body["error_description"] = description;
        }

        return Json(context, body, status);
    }

    public static void AddHeaders(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-cache, no-store, max-age=0, must-revalidate";
        context.Response.Headers.Pragma = "no-cache";
        context.Response.Headers["x-amz-cognito-request-id"] = Uuid.New();
        // Cognito allows any origin at token, revoke and userInfo.
        context.Response.Headers.AccessControlAllowOrigin = "*";
    }

    // Results.Text would write the type in its own way.
    private sealed class Answer(string json, int status) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = status;
            httpContext.Response.ContentType = "application/json;charset=UTF-8";
            httpContext.Response.ContentLength = Encoding.UTF8.GetByteCount(json);
            return httpContext.Response.WriteAsync(json, httpContext.RequestAborted);
        }
    }
}
