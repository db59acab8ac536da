using Microsoft.AspNetCore.Http.HttpResults;

namespace Bff.Local.Api;

/// <summary>Lets a request pass with a good access token, or answers with the challenge of RFC 6750.</summary>
internal sealed class AccessTokenRequired(AccessTokenValidator validator) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        switch (await validator.JudgeAsync(http.Request.Headers.Authorization, http.RequestAborted))
        {
            case AccessTokenVerdict.Accepted accepted:
                http.Features.Set(accepted.Token);
                return await next(context);
            case AccessTokenVerdict.Missing:
                return Challenge(http, StatusCodes.Status401Unauthorized, "Bearer");
            case AccessTokenVerdict.Invalid invalid:
                return Challenge(http, StatusCodes.Status401Unauthorized,
                    $"Bearer error=\"invalid_token\", error_description=\"{invalid.Reason}\"");
            case AccessTokenVerdict.InsufficientScope insufficient:
                return Challenge(http, StatusCodes.Status403Forbidden,
                    $"Bearer error=\"insufficient_scope\", scope=\"{insufficient.Required}\"");
            case AccessTokenVerdict.KeysUnavailable:
                http.Response.Headers.RetryAfter = "5";
                return TypedResults.Problem("The issuer's keys cannot be read.", statusCode: StatusCodes.Status503ServiceUnavailable);
            case var other:
                throw new InvalidOperationException($"Unknown verdict {other.GetType().Name}.");
        }
    }

    private static ProblemHttpResult Challenge(HttpContext http, int status, string challenge)
    {
        http.Response.Headers.WWWAuthenticate = challenge;
        return TypedResults.Problem(statusCode: status);
    }
}
