using Bff.Local.UserPool.SignIn;
using Bff.Local.UserPool.Users;

namespace Bff.Local.UserPool.Pages;

/// <summary>The domain's front page: what the pool holds, and a form that adds a user.</summary>
internal static class ConsoleEndpoint
{
    public static void MapConsole(this IEndpointRouteBuilder domain)
    {
        domain.MapGet(PoolPaths.Console, Show);
        domain.MapPost(PoolPaths.AddUser, AddAsync).DisableAntiforgery();
    }

    private static IResult Show(HttpContext context, UserPoolOptions options, PoolAddresses addresses, UserDirectory users,
        FormTokens forms, string? added) =>
        new ConsolePage(options, addresses, users.All, forms.Issue(context))
        {
            Added = added is not null
            && users.ByEmail(added) is { } user ? user.Email : null
        }.Render().ToResult();

    private static async Task<IResult> AddAsync(HttpContext context, UserPoolOptions options, PoolAddresses addresses,
        UserDirectory users, FormTokens forms)
    {
        var form = await PostedForm.ReadAsync(context);
        if (forms.Judge(context, form) is not FormTokenVerdict.Good)
        {
            return ErrorPages.AttemptOver(PoolPaths.Console).ToResult(StatusCodes.Status400BadRequest);
        }

        var (email, password) = (form["username"].ToString().Trim(), form["password"].ToString());
        string[] errors = [.. options.Pool.Policies.PasswordPolicy.Judge(password).Where(demand => !demand.Met)
            .Select(demand => "Temporary password: " + demand.Text)];
        if (email.IndexOf('@') is <= 0 || email.EndsWith('@') || email.Any(char.IsWhiteSpace))
        {
            errors = ["The user name must be an e-mail address.", .. errors];
        }

        if (errors.Length == 0 && users.Add(new UserSettings
        {
            Username = email,
            TemporaryPassword = password,
            UserAttributes = { ["email_verified"] = "true" }
        }) is null)
        {
            errors = ["An account with this e-mail address exists already."];
        }

        return errors.Length == 0
            ? Results.Redirect(PoolPaths.Console + QueryString.Create("added", email))
            : new ConsolePage(options, addresses, users.All, forms.Issue(context)) { Username = email, Errors = errors }.Render()
                .ToResult();
    }
}
