using Bff.Errors;
using Bff.Refresh;
using Bff.Sessions;

namespace Bff.Proxy;

/// <summary>
/// Finds the session of a request to the API and refreshes its tokens where they are due. Without a session nothing is sent.
/// </summary>
internal sealed class ApiAccessToken(RequestDelegate next, SessionCookie cookie, SessionStore sessions, SessionRefresher refresher)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (cookie.Read(context.Request) is not { } id || await sessions.UseAsync(id) is not { } session)
        {
            await new Problem(ProblemCode.NoSession).ExecuteAsync(context);
            return;
        }
        switch (await refresher.RefreshAsync(session, force: false, context.RequestAborted))
        {
            case RefreshOutcome.Usable usable:
                context.Features.Set(usable.Session);
                await next(context);
                break;
            case RefreshOutcome.Unavailable unavailable:
                await new Problem(ProblemCode.ProviderUnavailable, unavailable.RetryAfter).ExecuteAsync(context);
                break;
            case RefreshOutcome.Ended:
                await AnswerEndedAsync(context, cookie, deleteCookie: true);
                break;
            case RefreshOutcome.Gone:
                await AnswerEndedAsync(context, cookie, deleteCookie: false);
                break;
            case var unknown:
                throw new InvalidOperationException($"No such outcome: {unknown}");
        }
    }

    /// <param name="deleteCookie">Only where this request ended the session: else the cookie may already be that of a new sign-in.</param>
    public static Task AnswerEndedAsync(HttpContext context, SessionCookie cookie, bool deleteCookie)
    {
        if (deleteCookie) cookie.Delete(context.Response);
        return new Problem(ProblemCode.SessionEnded).ExecuteAsync(context);
    }
}
