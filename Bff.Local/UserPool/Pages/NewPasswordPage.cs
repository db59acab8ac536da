namespace Bff.Local.UserPool.Pages;

/// <summary>The first sign-in: a password of one's own instead of the temporary one.</summary>
internal sealed record NewPasswordPage(string Email, QueryString Query, string Csrf, IReadOnlyList<string> Demands, IReadOnlyList<string> Unmet)
{
    /// <summary>The second input differs from the first.</summary>
    public bool Mismatch { get; init; }

    public Page Render() => new(Unmet.Count == 0 && !Mismatch ? "Choose a new password" : "Error: choose a new password", Html.Of($"""
        <section class="card" aria-labelledby="title">
          <img class="mark" src="/assets/pool.svg" alt="" width="44" height="44">
          <h1 id="title">Choose a new password</h1>
          <p class="lead">Your password for <strong>{Email}</strong> was temporary. Please choose your own.</p>
          {Html.When(Unmet.Count > 0, $"""<div class="alert" id="unmet" role="alert">The new password still needs:<ul>{Html.Each(Unmet, Item)}</ul></div>""")}
          {Html.When(Mismatch, $"""<p class="alert" id="mismatch" role="alert">The two passwords are not the same.</p>""")}
          <form method="post" action="{PoolPaths.ChangePassword + Query}">
            <input type="hidden" name="_csrf" value="{Csrf}">
            <input type="text" name="email" value="{Email}" autocomplete="username" hidden readonly>
            <div class="field">
              <label for="newPassword">New password</label>
              <input id="newPassword" name="newPassword" type="password" autocomplete="new-password" required autofocus aria-describedby="{(Unmet.Count > 0 ? "unmet demands" : "demands")}"{Invalid(Unmet.Count > 0)}>
            </div>
            <div class="field">
              <label for="confirmPassword">New password, once more</label>
              <input id="confirmPassword" name="confirmPassword" type="password" autocomplete="new-password" required{Html.When(Mismatch, $""" aria-describedby="mismatch" """)}{Invalid(Mismatch)}>
            </div>
            <div class="demands" id="demands"><span>A password needs</span><ul>{Html.Each(Demands, Item)}</ul></div>
            <button type="submit">Change password</button>
          </form>
        </section>
        """));

    private static Html Item(string text) => Html.Of($"<li>{text}</li>");

    private static Html Invalid(bool invalid) => Html.When(invalid, $""" aria-invalid="true" """);
}
