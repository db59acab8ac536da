using System.ComponentModel;
using Bff.Errors;
using Bff.Oidc;
using Bff.Operations;
using Bff.Security;
using Bff.Sessions;
using Bff.Settings;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Bff.SignIn;

/// <summary><c>GET /login</c>: remembers a pending sign-in and sends the browser to the user pool.</summary>
internal static class LoginEndpoint
{
    internal sealed record Answer([property: Description("Where to send the browser.")] string AuthorizationUrl);

    public static void MapLogin(this IEndpointRouteBuilder app) => app.MapGet("/login", HandleAsync)
        .WithName("login").WithTags("Sign-in")
        .AddEndpointFilter<RefusePrefetch>()
        .AddEndpointFilter<RefuseEmbedding>()
        .AddEndpointFilter<Validated<LoginRequest>>()
        .RequireRateLimiting(LoginRateLimit.Policy)
        .Produces<Answer>()
        .Produces(StatusCodes.Status204NoContent)
        .Produces(StatusCodes.Status302Found)
        .Problems(
            ProblemCode.InvalidRequest, ProblemCode.Csrf, ProblemCode.RateLimited, ProblemCode.StoreUnavailable,
            ProblemCode.ProviderUnavailable);

    /// <summary>Begins a sign-in.</summary>
    /// <remarks>
    /// Navigate the browser here. With `Accept: application/json` the answer is the URL instead of the redirect to it, with the
    /// same cookie.
    /// </remarks>
    /// <response code="200">With `Accept: application/json`: where to send the browser.</response>
    /// <response code="204">A prefetch. Nothing was begun.</response>
    /// <response code="302">To the authorization endpoint of the identity provider. Sets the login cookie.</response>
    private static async Task<Results<RedirectHttpResult, Ok<Answer>, Problem>> HandleAsync(
        [AsParameters] LoginRequest request, HttpContext context, BffOptions bff, OidcOptions oidc, ProviderMetadata provider,
        LoginCookie loginCookie, SessionCookie sessionCookie, PendingSignInStore store, TimeProvider time, Telemetry telemetry)
    {
        if (await provider.GetAsync(context.RequestAborted) is not { } metadata) return new Problem(ProblemCode.ProviderUnavailable);

        var authorization = AuthorizationRequest.Create(metadata, oidc, bff.RedirectUri, request.Hints());
        var former = sessionCookie.Read(context.Request)?.Reveal();
        var pending = new PendingSignIn(
            oidc.Authority, bff.RedirectUri, authorization.Nonce, authorization.CodeVerifier, time.GetUtcNow(), former, request.MaxAge);
        await store.KeepAsync(authorization.State, loginCookie.ReadOrCreate(context), pending, request.ReturnUrl ?? "");
        telemetry.SignInStarted();

        return RefuseEmbedding.WantsJson(context.Request)
            ? TypedResults.Ok(new Answer(authorization.Url))
            : TypedResults.Redirect(authorization.Url);
    }

    /// <summary>
    /// A sign-in is begun by a navigation, or by a program that asks for JSON and may read it. What is embedded, or fetched without
    /// reading the answer, begins none (Fetch Metadata).
    /// </summary>
    private sealed class RefuseEmbedding : IEndpointFilter
    {
        public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
        {
            var request = context.HttpContext.Request;
            var isAllowed = (request.Headers["Sec-Fetch-Dest"].ToString(), request.Headers["Sec-Fetch-Mode"].ToString()) switch
            {
                ("" or "document", "" or "navigate") => true,
                // A navigation that a service worker of this origin passes on.
                ("empty", "navigate") => request.Headers["Sec-Fetch-Site"] == "same-origin",
                ("" or "empty", "" or "cors" or "same-origin") => WantsJson(request),
                _ => false,
            };
            return isAllowed ? next(context) : ValueTask.FromResult<object?>(new Problem(ProblemCode.Csrf));
        }

        public static bool WantsJson(HttpRequest request)
        {
            var accepted = request.GetTypedHeaders().Accept;
            return accepted.Any(type => type.MediaType == "application/json") && !accepted.Any(type => type.MediaType == "text/html");
        }
    }
}
