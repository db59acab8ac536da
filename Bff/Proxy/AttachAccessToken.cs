using Bff.Errors;
using Bff.Oidc;
using Bff.Refresh;
using Bff.Sessions;

namespace Bff.Proxy;

/// <summary>The token that goes to the API with this request.</summary>
internal sealed record ProxiedAccessToken(string Value)
{
    public override string ToString() => nameof(ProxiedAccessToken);
}

/// <summary>Finds the session and its access token, refreshed where it is about to expire; without one nothing is sent.</summary>
internal sealed class AttachAccessToken(RequestDelegate next, SessionRefresher refresher, SessionStore sessions, SessionCookie cookie, SessionOptions options, TimeProvider time)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (await CurrentSession.FindAsync(context, slide: true) is not { } stored)
        {
            await new Problem(ProblemCode.NoSession).ExecuteAsync(context);
            return;
        }
        switch (await refresher.RefreshAsync(stored, tokens => tokens.ExpiresAt - options.RefreshBefore <= time.GetUtcNow(), context.RequestAborted))
        {
            case RefreshOutcome.Fresh fresh:
                await SendAsync(context, fresh.Stored.Session.Tokens);
                break;
            // Near its expiry is not past it: what is still valid is still good.
            case RefreshOutcome.NotRenewable { Stored.Session.Tokens: var tokens } when IsValid(tokens):
                await SendAsync(context, tokens);
                break;
            case RefreshOutcome.Unavailable { Stored.Session.Tokens: var tokens } when IsValid(tokens):
                await SendAsync(context, tokens);
                break;
            case RefreshOutcome.Unavailable unavailable:
                await new Problem(ProblemCode.ProviderUnavailable, unavailable.RetryAfter).ExecuteAsync(context);
                break;
            case RefreshOutcome.NotRenewable spent:
                // The cookie's deletion alone would leave the session to whoever has a copy of the cookie.
                await sessions.EndAsync(spent.Stored.Id);
                await TellEndedAsync(context);
                break;
            case RefreshOutcome.Ended:
                await TellEndedAsync(context);
                break;
            case var unknown:
                throw new InvalidOperationException($"No such outcome: {unknown}");
        }
    }

    private Task TellEndedAsync(HttpContext context)
    {
        cookie.Delete(context.Response);
        return new Problem(ProblemCode.SessionEnded).ExecuteAsync(context);
    }

    private bool IsValid(TokenSet tokens) => tokens.ExpiresAt > time.GetUtcNow();

    private Task SendAsync(HttpContext context, TokenSet tokens)
    {
        context.Features.Set(new ProxiedAccessToken(tokens.AccessToken));
        return next(context);
    }
}
