using System.ComponentModel;
using Bff.Errors;
using Bff.Security;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Bff.Sessions;

/// <summary><c>GET /me</c>: who is signed in.</summary>
internal static class MeEndpoint
{
    public static void MapMe(this IEndpointRouteBuilder app) => app.MapGet("/me", Handle)
        .WithName("me").WithTags("Session")
        .RequireCsrfHeader()
        .AddEndpointFilter<RequireSession>()
        .Produces<MeResponse>()
        .Problems(ProblemCode.NoSession, ProblemCode.Csrf, ProblemCode.StoreUnavailable);

    // slide is read where the session is found (CurrentSession); it stands here for the API description.
    /// <summary>Who is signed in.</summary>
    /// <remarks>Also when the session ends and the state of the access token. Counts as use of the session unless slide=false.</remarks>
    /// <response code="200">The user, the session and the state of the access token, never a token.</response>
    private static Utf8ContentHttpResult Handle(
        CurrentSession current, SessionOptions options,
        [FromQuery(Name = "slide"), Description("false: does not count as use of the session.")] string? slide) =>
        // With its length, in one write: as an object it would be written in chunks.
        TypedResults.Text(MeJson.Of(MeResponse.Of(current.Session, options)), "application/json; charset=utf-8");
}
