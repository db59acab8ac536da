using Bff.Local.UserPool.Pages;
using Bff.Local.UserPool.Users;

namespace Bff.Local.UserPool.SignIn;

/// <summary><c>/login</c>: asks for user name and password.</summary>
internal static class LoginEndpoint
{
    public static void MapLogin(this IEndpointRouteBuilder domain)
    {
        domain.MapGet(PoolPaths.Login, Show);
        domain.MapPost(PoolPaths.Login, SubmitAsync).DisableAntiforgery();
    }

    private static IResult Show(HttpContext context, UserPoolOptions options, FormTokens forms, BrowserSessions sessions)
    {
        var judged = AuthorizationRequestJudge.Judge(context.Request.Query, options);
        if (judged is not AuthorizationRequest.Valid request)
        {
            return SignInResults.Refusal(judged);
        }

        // A user who comes here directly with a live session may continue with it; /oauth2/authorize would not have asked.
        var goOnAs = request.Prompt.Contains("login") || request.MaxAge is not null ? null : sessions.Find(context)?.User.Email;
        return request.Client.ManagedLoginBranding
            ? new LoginPage(request.Client, context.Request.QueryString, forms.Issue(context))
            {
                Username = request.LoginHint ?? "",
                GoOnAs = goOnAs
            }.Render().ToResult()
            : SignInResults.LoginPagesUnavailable();
    }

    private static async Task<IResult> SubmitAsync(HttpContext context, UserPoolOptions options, FormTokens forms,
        PasswordSignIn passwords, PasswordChallenges challenges, SignInCompletion completion)
    {
        var judged = AuthorizationRequestJudge.Judge(context.Request.Query, options);
        if (judged is not AuthorizationRequest.Valid request)
        {
            return SignInResults.Refusal(judged);
        }

        var form = await PostedForm.ReadAsync(context);
        if (forms.Judge(context, form) is not FormTokenVerdict.Good attempt)
        {
            return ErrorPages.AttemptOver(PoolPaths.Authorize + context.Request.QueryString).ToResult(StatusCodes.Status400BadRequest);
        }

        var username = form["username"].ToString();
        switch (passwords.Judge(request.Client, username, form["password"].ToString()))
        {
            case PasswordVerdict.Right right:
                return completion.SignIn(context, request, right.User);
            case PasswordVerdict.NewPasswordRequired owes:
                challenges.Start(context, owes.User, attempt.BegunAt);
                return SignInResults.Redirect(PoolPaths.ChangePassword + context.Request.QueryString);
            case PasswordVerdict.Refused refused:
                var page = new LoginPage(request.Client, context.Request.QueryString,
                    forms.Issue(context, attempt.BegunAt))
                { Username = username, Error = refused.Reason };
                return page.Render().ToResult();
            case var other:
                throw new InvalidOperationException($"Unknown verdict {other}.");
        }
    }
}
