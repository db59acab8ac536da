using System.ComponentModel;
using Bff.Configuration;
using Bff.Errors;
using Bff.Oidc;
using Microsoft.AspNetCore.Cors;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Bff.SignIn;

/// <summary><c>GET /callback</c>: authorization response → tokens → session → redirect home.</summary>
internal static class CallbackEndpoint
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
        .WithMetadata(new DisableCorsAttribute())
        .Produces(StatusCodes.Status302Found)
        .Problems(ProblemCode.LoginExpired, ProblemCode.StoreUnavailable);

    private static async Task<Results<RedirectHttpResult, Problem>> HandleAsync(
        [AsParameters] Parameters _, HttpContext context, LoginCookie loginCookie, PendingSignInStore store, SignInCompletion completion, BffOptions options)
    {
        // Read from the query itself: binding would hide that a parameter came twice.
        if (AuthorizationResponse.Read(context.Request.Query) is not { } response || loginCookie.Read(context.Request) is not { } secret)
            return new Problem(ProblemCode.LoginExpired);

        switch (await store.TakeAsync(response.State, secret))
        {
            case PendingSignInStore.Taken.Now now:
                var error = await completion.CompleteAsync(context, response, now.SignIn, secret);
                if (error is not null) await store.RememberFailureAsync(response.State, secret, now.SignIn, error);
                return Redirect(now.SignIn.ReturnUrl, error, options);
            case PendingSignInStore.Taken.Before before:
                return Redirect(before.ReturnUrl, before.Error is null ? null : new SignInError(before.Error), options);
            default:
                return new Problem(ProblemCode.LoginExpired);
        }
    }

    // Parsed once more: what comes out of a store is no longer known to be safe.
    private static RedirectHttpResult Redirect(string stored, SignInError? error, BffOptions options)
    {
        var returnUrl = ReturnUrl.Parse(stored, options) ?? ReturnUrl.Parse(null, options)!;
        return TypedResults.Redirect(error is null ? returnUrl.Location : returnUrl.WithError(error));
    }
}
