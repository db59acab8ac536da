using System.ComponentModel;
using Bff.Errors;
using Bff.Oidc;
using Bff.Security;
using Bff.Settings;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Bff.SignIn;

/// <summary><c>GET /callback</c>: authorization response → tokens → session → redirect home.</summary>
internal static partial class CallbackEndpoint
{
    /// <summary>For the API description alone; the handler reads the query itself.</summary>
    internal sealed record Parameters(
        [property: FromQuery(Name = "state"), Description("The state of the authorization request.")] string? State,
        [property: FromQuery(Name = "code"), Description("The authorization code, when access was granted.")] string? Code,
        [property: FromQuery(Name = "error"), Description("The provider's error code, when it was not.")] string? Error,
        [property: FromQuery(Name = "iss"), Description("The issuer, where the provider sends it (RFC 9207).")] string? Iss);

    public static void MapCallback(this IEndpointRouteBuilder app) => app.MapGet("/callback", HandleAsync)
        .WithName("callback").WithTags("Sign-in")
        .WithSummary("Completes a sign-in.")
        .WithDescription("The user pool sends the browser here. Nobody else calls it.")
        .AddEndpointFilter<RefusePrefetch>()
        .Produces(StatusCodes.Status204NoContent)
        .Produces(StatusCodes.Status302Found)
        .Problems(ProblemCode.LoginExpired, ProblemCode.Csrf, ProblemCode.StoreUnavailable);

    private static async Task<Results<RedirectHttpResult, Problem>> HandleAsync(
        [AsParameters] Parameters _, HttpContext context, LoginCookie loginCookie, PendingSignInStore store, SignInCompletion completion, BffOptions options, ILogger<SignInCompletion> logger)
    {
        // Read from the query itself: binding would hide that a parameter came twice.
        if (AuthorizationResponse.Read(context.Request.Query) is not { } response) return Refuse(logger, "malformed_response");
        if (loginCookie.Read(context.Request) is not { } secret) return Refuse(logger, "no_login_cookie");

        switch (await store.TakeAsync(response.State, secret))
        {
            case PendingSignInStore.Taken.Now now:
                return Redirect(now.ReturnUrl, await completion.CompleteAsync(context, response, now, secret), options);
            case PendingSignInStore.Taken.Before before:
                return Redirect(before.ReturnUrl, before.Error is null ? null : new SignInError(before.Error), options);
            default:
                return Refuse(logger, "unknown_state");
        }
    }

    private static Problem Refuse(ILogger logger, string reason)
    {
        Log.Refused(logger, reason);
        return new Problem(ProblemCode.LoginExpired);
    }

    // Parsed once more: what comes out of a store is no longer known to be safe.
    private static RedirectHttpResult Redirect(string stored, SignInError? error, BffOptions options)
    {
        var returnUrl = ReturnUrl.Parse(stored, options) ?? ReturnUrl.Parse(null, options)!;
        return TypedResults.Redirect(error is null ? returnUrl.Location : returnUrl.WithError(error));
    }

    private static partial class Log
    {
        // Expired, another browser's, invented: from here they look alike.
        [LoggerMessage(7, LogLevel.Information, "An authorization response was refused ({Reason}): no sign-in of this browser awaits it.")]
        public static partial void Refused(ILogger logger, string reason);
    }
}
