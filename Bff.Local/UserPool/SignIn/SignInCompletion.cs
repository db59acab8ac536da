using Bff.Local.UserPool.Tokens;
using Bff.Local.UserPool.Users;

namespace Bff.Local.UserPool.SignIn;

/// <summary>The end of every successful sign-in: a code for the client, in the redirect.</summary>
internal sealed class SignInCompletion(BrowserSessions sessions, AuthorizationCodes codes, PoolClock clock)
{
    /// <summary>The password was just given: the browser is signed in at the pool from now on.</summary>
    public IResult SignIn(HttpContext context, AuthorizationRequest.Valid request, PoolUser user)
    {
        sessions.Start(context, user);
        return SendCode(request, user, clock.Now);
    }

    public IResult SendCode(AuthorizationRequest.Valid request, PoolUser user, DateTimeOffset authTime)
    {
        var grant = new SignInGrant(user.Sub, request.Client.ClientId, request.Scope, request.Nonce, authTime, clock.Now, Uuid.New(),
            Uuid.New());
        var code = codes.Issue(grant, request.RedirectUri, request.CodeChallenge);
        return SignInResults.Redirect(request.Callback(("code", code), ("state", request.State)));
    }
}
