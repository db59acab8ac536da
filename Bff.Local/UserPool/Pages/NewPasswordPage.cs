namespace Bff.Local.UserPool.Pages;

/// <summary>The first sign-in: a password of one's own instead of the temporary one.</summary>
internal sealed record NewPasswordPage(string Email, QueryString Query, string Csrf, IReadOnlyList<PasswordDemand> Demands)
{
    /// <summary>A password was given already: the demands are shown as met or not.</summary>
    public bool Judged { get; init; }

    /// <summary>The second input differs from the first.</summary>
    public bool Mismatch { get; init; }

    private bool Weak => Judged && Demands.Any(demand => !demand.Met);

    public Page Render() => new(Judged ? "Error: choose a new password" : "Choose a new password", Html.Of($"""
        <section class="card" aria-labelledby="title">
          <img class="mark" src="/assets/pool.svg" alt="" width="44" height="44">
          <h1 id="title">Choose a new password</h1>
          <p class="lead">Your password for <strong>{Email}</strong> was temporary. Please choose your own.</p>
          {Html.When(Weak, $"""<p class="alert" id="weak" role="alert">The new password does not have everything it needs.</p>""")}
          {Html.When(Mismatch, $"""<p class="alert" id="mismatch" role="alert">The two passwords are not the same.</p>""")}
          <form method="post" action="{PoolPaths.ChangePassword + Query}">
            <input type="hidden" name="_csrf" value="{Csrf}">
            <input type="text" name="email" value="{Email}" autocomplete="username" aria-hidden="true" hidden readonly>
            <div class="field">
              <label for="newPassword">New password</label>
              <input id="newPassword" name="newPassword" type="password" autocomplete="new-password" required autofocus
                aria-describedby="{(Weak ? "weak " : "")}demands"{Html.When(Weak, $""" aria-invalid="true" """)}>
              <div class="demands" id="demands"><span>It needs</span><ul>{Html.Each(Demands, Item)}</ul></div>
            </div>
            <div class="field">
              <label for="confirmPassword">New password, once more</label>
              <input id="confirmPassword" name="confirmPassword" type="password" autocomplete="new-password"
                required{Html.When(Mismatch, $""" aria-describedby="mismatch" aria-invalid="true" """)}>
            </div>
            <button type="submit">Change password</button>
          </form>
        </section>
        """));

    private Html Item(PasswordDemand demand) => Judged
        ? Html.Of($"""
            <li class="{(demand.Met ? "met" : "unmet")}"><span
            class="spoken">{(demand.Met ? "There: " : "Missing: ")}</span>{demand.Text}</li>
            """)
        : Html.Of($"<li>{demand.Text}</li>");
}
