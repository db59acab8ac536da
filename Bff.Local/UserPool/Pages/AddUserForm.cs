namespace Bff.Local.UserPool.Pages;

/// <summary>The console's one form: a new user with a temporary password.</summary>
internal static class AddUserForm
{
    public static Html Render(string csrf, string username, IReadOnlyList<string> errors) => Html.Of($"""
        <section class="card" aria-labelledby="add">
          <h2 id="add">Add a user</h2>
          {Html.When(errors.Count > 0,
            $"""<div class="alert" id="errors" role="alert">The user was not added:<ul>{Errors(errors)}</ul></div>""")}
          <form class="row" method="post" action="{PoolPaths.AddUser}">
            <input type="hidden" name="_csrf" value="{csrf}">
            <div class="field">
              <label for="username">E-mail address</label>
              <input id="username" name="username" type="email" value="{username}" autocomplete="off" required{Invalid(errors)}>
            </div>
            <div class="field">
              <label for="password">Temporary password</label>
              <input id="password" name="password" type="text" autocomplete="off" autocapitalize="none" spellcheck="false"
                required{Invalid(errors)}>
            </div>
            <button type="submit">Add user</button>
          </form>
        </section>
        """);

    private static Html Errors(IReadOnlyList<string> errors) => Html.Each(errors, error => Html.Of($"<li>{error}</li>"));

    private static Html Invalid(IReadOnlyList<string> errors) =>
        Html.When(errors.Count > 0, $""" aria-invalid="true" aria-describedby="errors" """);
}
