using Bff.Local.UserPool.Pages;
using Bff.Local.UserPool.Users;

namespace Bff.Local.UserPool.SignIn;

/// <summary><c>/changePassword</c>: who came with a temporary password chooses one, and goes on to the application.</summary>
internal static class ChangePasswordEndpoint
{
    public static void MapChangePassword(this IEndpointRouteBuilder domain)
    {
        domain.MapGet(PoolPaths.ChangePassword, Show);
        domain.MapPost(PoolPaths.ChangePassword, SubmitAsync).DisableAntiforgery();
    }

    private static IResult Show(HttpContext context, UserPoolOptions options, FormTokens forms, PasswordChallenges challenges,
        UserDirectory users)
    {
        var judged = AuthorizationRequestJudge.Judge(context.Request.Query, options);
        if (judged is not AuthorizationRequest.Valid)
        {
            return SignInResults.Refusal(judged);
        }

        return challenges.Find(context) is { } challenge
            ? new NewPasswordPage(challenge.User.Email, context.Request.QueryString, forms.Issue(context, challenge.BegunAt),
                users.Judge(challenge.User, "")).Render().ToResult()
            : Over(context);
    }

    private static async Task<IResult> SubmitAsync(HttpContext context, UserPoolOptions options, FormTokens forms,
        PasswordChallenges challenges, UserDirectory users, SignInCompletion completion)
    {
        var judged = AuthorizationRequestJudge.Judge(context.Request.Query, options);
        if (judged is not AuthorizationRequest.Valid request)
        {
            return SignInResults.Refusal(judged);
        }

        var form = await PostedForm.ReadAsync(context);
        if (forms.Judge(context, form) is not FormTokenVerdict.Good attempt || challenges.Find(context) is not { } challenge)
        {
            return Over(context);
        }

        var newPassword = form["newPassword"].ToString();
        var demands = users.Judge(challenge.User, newPassword);
        var mismatch = newPassword != form["confirmPassword"].ToString();
        if (mismatch || demands.Any(demand => !demand.Met))
        {
            return new NewPasswordPage(challenge.User.Email, context.Request.QueryString, forms.Issue(context, attempt.BegunAt),
                demands)
            { Judged = true, Mismatch = mismatch }.Render().ToResult();
        }

        var confirmed = users.Confirm(challenge.User, newPassword);
        challenges.End(context);
        return completion.SignIn(context, request, confirmed);
    }

    private static IResult Over(HttpContext context) =>
        ErrorPages.AttemptOver(PoolPaths.Authorize + context.Request.QueryString).ToResult(StatusCodes.Status400BadRequest);
}
