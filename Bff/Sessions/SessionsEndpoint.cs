using System.ComponentModel;
using Bff.Errors;
using Bff.Security;
using Microsoft.AspNetCore.Cors;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Bff.Sessions;

/// <summary><c>/sessions</c>: where the user is signed in, and ending that from here.</summary>
internal static class SessionsEndpoint
{
    internal sealed record Answer(IReadOnlyList<Entry> Sessions);

    internal sealed record Entry(
        [property: Description("Names the session, as in /me; it is not the cookie's value.")] string Id,
        [property: Description("When the user signed in.")] DateTimeOffset CreatedAt,
        [property: Description("When it was last used, to a tenth of the idle timeout.")] DateTimeOffset LastSeenAt,
        [property: Description("Browser and system, at the sign-in; for the current session, of this request.")] string Device,
        [property: Description("Whether it is the session of this request.")] bool Current);

    public static void MapSessions(this IEndpointRouteBuilder app)
    {
        // EnableCors: or a preflight of DELETE would find no endpoint whose methods it could ask for.
        var sessions = app.MapGroup("/sessions").WithTags("Session").WithMetadata(new EnableCorsAttribute()).RequireCsrfHeader()
            .AddEndpointFilter<RequireSession>();
        sessions.MapGet("", ListAsync)
            .WithName("sessions")
            .Produces<Answer>()
            .Problems(ProblemCode.NoSession, ProblemCode.Csrf, ProblemCode.StoreUnavailable);
        sessions.MapDelete("/{id}", EndOneAsync)
            .WithName("endSession")
            .Produces(StatusCodes.Status204NoContent)
            .Problems(ProblemCode.NoSession, ProblemCode.Csrf, ProblemCode.NotFound, ProblemCode.StoreUnavailable);
        sessions.MapDelete("", EndOthersAsync)
            .WithName("endOtherSessions")
            .Produces(StatusCodes.Status204NoContent)
            .Problems(ProblemCode.NoSession, ProblemCode.Csrf, ProblemCode.StoreUnavailable);
    }

    /// <summary>The user's sessions on all devices.</summary>
    /// <remarks>
    /// For a page on which users see where they are signed in and end the sessions that they do not know.
    /// </remarks>
    /// <response code="200">The sessions, the newest first.</response>
    private static async Task<Ok<Answer>> ListAsync(HttpContext context, CurrentSession current, UserSessions sessions)
    {
        var own = current.Session;
        var listed = await sessions.ListAsync(own, Device.Of(context.Request));
        return TypedResults.Ok(new Answer([.. listed.Select(session =>
            new Entry(session.Name, session.CreatedAt, session.LastSeenAt, session.Device, session.Name == own.Id.Name))]));
    }

    /// <summary>Ends one of the user's sessions.</summary>
    /// <remarks>
    /// It ends at once on every device and instance. It may be the session of this request: then as POST /logout, without signing out
    /// at the identity provider.
    /// </remarks>
    /// <response code="204">Ended.</response>
    private static async Task<Results<NoContent, Problem>> EndOneAsync(
        HttpContext context, CurrentSession current, [Description("As /sessions or /me names it.")] string id, SessionEnding ending,
        SessionCookie cookie)
    {
        var own = current.Session;
        if (id != own.Id.Name)
            return await ending.EndOneAsync(own.UserKey, id, EndReason.EndedElsewhere) ? TypedResults.NoContent()
            : new Problem(NoSuchSession);
        await ending.EndAsync(own.Id, EndReason.SignedOut);
        cookie.Delete(context.Response);
        return TypedResults.NoContent();
    }

    /// <summary>Ends all sessions of the user but this one.</summary>
    /// <remarks>
    /// They end at once on every device and instance. Their refresh tokens, which only their own cookies can open, are deleted.
    /// </remarks>
    /// <response code="204">Ended.</response>
    private static async Task<NoContent> EndOthersAsync(CurrentSession current, SessionEnding ending)
    {
        await ending.EndAllAsync([current.Session.UserKey], EndReason.EndedElsewhere, except: current.Session.Id);
        return TypedResults.NoContent();
    }

    private static readonly ProblemCode NoSuchSession =
        ProblemCode.NotFound with
        {
            Title = "The user has no such session",
            Detail = "It has ended already, or was never one of this user's. GET /sessions lists them."
        };
}
