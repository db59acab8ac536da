using System.ComponentModel;
using Bff.Errors;
using Bff.Oidc;
using Bff.Security;
using Bff.Sessions;
using Bff.Settings;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Bff.Logout;

/// <summary>
/// <c>POST /logout</c>: ends the session here, revokes at the user pool, and says where the browser must go to be forgotten there
/// too.
/// </summary>
internal static class LogoutEndpoint
{
    internal sealed record Answer([property: Description("Navigate the browser here to sign out at the identity provider; it comes "
        + "back to the signed-out URL.")] string LogoutUrl);

    public static IServiceCollection AddLogout(this IServiceCollection services) => services
        .AddSingleton<BackChannelLogout>();

    public static void MapLogout(this IEndpointRouteBuilder app) => app.MapPost("/logout", HandleAsync)
        .WithName("logout").WithTags("Session")
        .RequireCsrfHeader(formsMayPost: true)
        .DisableAntiforgery()
        .AddEndpointFilter<RefusePrefetch>()
        .Produces<Answer>()
        .Produces(StatusCodes.Status204NoContent)
        .Produces(StatusCodes.Status303SeeOther)
        .Problems(ProblemCode.Csrf, ProblemCode.StoreUnavailable);

    /// <summary>Signs out.</summary>
    /// <remarks>
    /// Deletes the session and its cookie and revokes the refresh token. Without a session the answer is the same. An HTML form, which
    /// cannot send X-CSRF, needs an allowed Origin instead and is redirected to the URL with 303. From Swagger UI the browser comes
    /// back to `/swagger/`, which must then be registered at the identity provider as a sign-out URL too.
    /// </remarks>
    /// <response code="200">Signed out here. Navigate to `logoutUrl` to sign out at the identity provider.</response>
    /// <response code="204">A prefetch. Nothing has ended.</response>
    /// <response code="303">To an HTML form: to the same URL.</response>
    private static async Task<Results<Ok<Answer>, SeeOther>> HandleAsync(
        HttpContext context, SessionCookie cookie, SessionEnding ending, ProviderMetadata provider, BffOptions bff, OidcOptions oidc)
    {
        // Begun first, so that a provider that hangs is waited for once and not twice.
        var metadata = provider.GetWithinAsync(TokenClient.RevocationTimeout);
        // Not cancelled with the request: a closed tab must not leave the session half ended.
        var ended = cookie.Read(context.Request) is { } id ? await ending.EndAsync(id, EndReason.SignedOut) : null;
        cookie.Delete(context.Response);

        var signedOut = bff.SignedOutFrom(context.Request.Headers.Origin);
        var logoutUrl = EndSessionRequest.Url(await metadata, oidc, signedOut, ended?.Tokens.IdTokenHint);
        return context.Request.HasFormContentType ? new SeeOther(logoutUrl) : TypedResults.Ok(new Answer(logoutUrl));
    }

    /// <summary>303, so that the browser follows a form's POST with a GET (RFC 9110 section 15.4.4).</summary>
    internal sealed class SeeOther(string location) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
            httpContext.Response.Headers.Location = location;
            return Task.CompletedTask;
        }
    }
}
