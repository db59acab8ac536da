using Bff.Errors;
using Bff.Oidc;
using Bff.Refresh;
using Bff.Sessions;
using Bff.Storage;

namespace Bff.Proxy;

/// <summary>Finds the session and its access token, refreshed where it is about to expire; without one nothing is sent.</summary>
internal sealed class AttachAccessToken(
    RequestDelegate next, SessionRefresher refresher, RefreshDue due, SessionStore sessions, SessionWatches watches, StreamCut streams, SessionCookie cookie, TimeProvider time)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (cookie.Read(context.Request) is not { } id)
        {
            await new Problem(ProblemCode.NoSession).ExecuteAsync(context);
            return;
        }
        using var watch = watches.Open(id);
        if (await sessions.UseAsync(id) is not { } stored)
        {
            await new Problem(ProblemCode.NoSession).ExecuteAsync(context);
            return;
        }
        switch (await refresher.RefreshAsync(stored, tokens => due.IsDue(id, tokens), isDemanded: false, context.RequestAborted))
        {
            case RefreshOutcome.Fresh fresh:
                await SendAsync(context, fresh.Stored, watch);
                break;
            // Near its expiry is not past it: what is still valid is still good.
            case RefreshOutcome.NotRenewable { Stored: var still } when IsValid(still.Session.Tokens):
                await SendAsync(context, still, watch);
                break;
            case RefreshOutcome.Unavailable { Stored: var still } when IsValid(still.Session.Tokens):
                await SendAsync(context, still, watch);
                break;
            case RefreshOutcome.Unavailable unavailable:
                await new Problem(ProblemCode.ProviderUnavailable, unavailable.RetryAfter).ExecuteAsync(context);
                break;
            case RefreshOutcome.NotRenewable spent:
                // The cookie's deletion alone would leave the session to whoever has a copy of the cookie.
                await TellEndedAsync(context, here: await sessions.EndAsync(spent.Stored.Id, EndReason.TokenExpired) is not null);
                break;
            case RefreshOutcome.Ended:
                await TellEndedAsync(context, here: true);
                break;
            case RefreshOutcome.Gone:
                await TellEndedAsync(context, here: false);
                break;
            case var unknown:
                throw new InvalidOperationException($"No such outcome: {unknown}");
        }
    }

    /// <param name="here">Whether this request ended it; else the cookie may be that of a newer sign-in by now.</param>
    private Task TellEndedAsync(HttpContext context, bool here)
    {
        if (here) cookie.Delete(context.Response);
        return new Problem(ProblemCode.SessionEnded).ExecuteAsync(context);
    }

    private bool IsValid(TokenSet tokens) => tokens.ExpiresAt > time.GetUtcNow();

    private async Task SendAsync(HttpContext context, StoredSession stored, SessionWatch watch)
    {
        watch.Guard(stored);
        var session = new ProxiedSession(stored);
        await streams.RunAsync(context, session, watch, next);
        if (session.StoreFault is { } fault) throw new StoreUnavailableException("The session could not be read.", fault);
        if (session.Renewed is { } renewed)
        {
            context.Response.Clear();
            await streams.RunAsync(context, new ProxiedSession(renewed) { IsRetry = true }, watch, next);
        }
        else if (session.End is { } end)
        {
            context.Response.Clear();
            await TellEndedAsync(context, here: end is RefreshOutcome.Ended);
        }
    }
}
