using System.ComponentModel;
using Bff.Errors;
using Bff.Oidc;
using Bff.Operations;
using Bff.Security;
using Bff.Sessions;
using Bff.Settings;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Bff.SignIn;

/// <summary><c>GET /callback</c>: the provider's answer becomes a session, and the browser goes to its return URL.</summary>
internal static partial class CallbackEndpoint
{
    /// <summary>For the API description only; the handler reads the query itself.</summary>
    internal sealed record Parameters
    {
        [FromQuery(Name = "state"), Description("The state of the authorization request.")]
        public string? State { get; init; }

        [FromQuery(Name = "code"), Description("The authorization code, when access was granted.")]
        public string? Code { get; init; }

        [FromQuery(Name = "error"), Description("The provider's error code, when it was not.")]
        public string? Error { get; init; }

        [FromQuery(Name = "iss"), Description("The issuer, where the provider sends it (RFC 9207).")]
        public string? Iss { get; init; }
    }

    public static void MapCallback(this IEndpointRouteBuilder app) => app.MapGet("/callback", HandleAsync)
        .WithName("callback").WithTags("Sign-in")
        .AddEndpointFilter<RefusePrefetch>()
        .Produces(StatusCodes.Status204NoContent)
        .Produces(StatusCodes.Status302Found)
        .Problems(ProblemCode.LoginExpired, ProblemCode.Csrf, ProblemCode.StoreUnavailable);

    /// <summary>Completes a sign-in.</summary>
    /// <remarks>
    /// The identity provider sends the browser here. It is not for other callers. With an ID token of more than 64 KiB the sign-in fails.
    /// </remarks>
    /// <response code="204">A prefetch. Nothing was consumed.</response>
    /// <response code="302">
    /// To the return URL, signed in or with `?login_error=` and one of `access_denied`, `login_failed`, `login_required`,
    /// `provider_unavailable`. `login_required` answers `prompt=none`: the user would have to sign in or to consent on a page. Sets the
    /// session cookie.
    /// </response>
    private static async Task<Results<RedirectHttpResult, Problem>> HandleAsync(
        [AsParameters] Parameters _, HttpContext context, LoginCookie loginCookie, SessionCookie sessionCookie,
        PendingSignInStore store, SignInFlow flow, BffOptions options, Telemetry telemetry,
        ILogger<SignInFlow> logger)
    {
        // Read from the query itself: binding would hide that a parameter came twice.
        if (AuthorizationResponse.Read(context.Request.Query) is not { } response) return Refuse(logger, "malformed_response");
        if (loginCookie.Read(context.Request) is not { } secret) return Refuse(logger, "no_login_cookie");

        var browser = new SignInBrowser(Device.Of(context.Request), sessionCookie.Read(context.Request));
        switch (await store.TakeAsync(response.State, secret))
        {
            case PendingSignInStore.Taken.Pending pending:
                var result = await CompleteAsync(flow, store, response, pending, browser, telemetry);
                if (result is SignInResult.SignedIn signedIn) sessionCookie.Append(context.Response, signedIn.Session);
                return Redirect(pending.ReturnUrl, (result as SignInResult.Failed)?.Error, options);
            case PendingSignInStore.Taken.AlreadyCompleted completed:
                Log.Repeated(logger, completed.Error ?? "signed in");
                return Redirect(completed.ReturnUrl, completed.Error is null ? null : SignInError.FromCode(completed.Error), options);
            default:
                return Refuse(logger, "unknown_state");
        }
    }

    private static async Task<SignInResult> CompleteAsync(
        SignInFlow flow, PendingSignInStore store, AuthorizationResponse response, PendingSignInStore.Taken.Pending pending,
        SignInBrowser browser, Telemetry telemetry)
    {
        // Until the result is known: after an unexpected exception a callback that comes again must not look like a success.
        SignInResult result = new SignInResult.Failed(SignInError.LoginFailed);
        try
        {
            return result = await flow.CompleteAsync(response, pending.SignIn, browser);
        }
        finally
        {
            telemetry.SignInCompleted((result as SignInResult.Failed)?.Error.Code ?? "signed_in");
            if (result is SignInResult.Failed failed) await store.RememberFailureAsync(pending, failed.Error);
        }
    }

    private static Problem Refuse(ILogger logger, string reason)
    {
        Log.Refused(logger, reason);
        return new Problem(ProblemCode.LoginExpired);
    }

    // Parsed again: the settings may have changed since it was stored.
    private static RedirectHttpResult Redirect(string stored, SignInError? error, BffOptions options)
    {
        var returnUrl = ReturnUrl.Parse(stored, options) ?? ReturnUrl.Parse(null, options)!;
        return TypedResults.Redirect(error is null ? returnUrl.Location : returnUrl.WithError(error));
    }

    private static partial class Log
    {
        [LoggerMessage(8, LogLevel.Information,
            "callback_repeated: An authorization response came again; the browser goes where the first led ({Outcome}).")]
        public static partial void Repeated(ILogger logger, string outcome);

        // Expired, invented and another browser's: the BFF cannot distinguish them.
        [LoggerMessage(7, LogLevel.Information,
            "callback_refused: An authorization response was refused ({Reason}): this browser has no pending sign-in for it.")]
        public static partial void Refused(ILogger logger, string reason);
    }
}
