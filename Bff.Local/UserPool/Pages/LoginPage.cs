namespace Bff.Local.UserPool.Pages;

/// <summary>User name and password, as <c>/login</c> asks for them.</summary>
internal sealed record LoginPage(AppClient Client, QueryString Query, string Csrf)
{
    public string Username { get; init; } = "";

    public string? Error { get; init; }

    /// <summary>The address of the user who is signed in already.</summary>
    public string? GoOnAs { get; init; }

    public Page Render() => new(Error is null ? "Sign in" : "Error: sign in", Html.Of($"""
        <section class="card" aria-labelledby="title">
          <img class="mark" src="/assets/pool.svg" alt="" width="44" height="44">
          <h1 id="title">Sign in</h1>
          <p class="lead">to continue to <strong>{Client.ClientName}</strong></p>
          {Html.When(Error is not null, $"""<p class="alert" id="error" role="alert">{Error}</p>""")}
          {Html.When(GoOnAs is not null, $"""
            <p class="note">You are signed in as <strong>{GoOnAs}</strong>.
            <a href="{PoolPaths.Authorize + Query}">Go on as this user</a></p>
            """)}
          <form method="post" action="{PoolPaths.Login + Query}">
            <input type="hidden" name="_csrf" value="{Csrf}">
            <div class="field">
              <label for="username">E-mail address</label>
              <input id="username" name="username" type="email" value="{Username}" autocomplete="username"
                autocapitalize="none" spellcheck="false" required{Html.When(Username.Length == 0, $" autofocus")}{Invalid}>
            </div>
            <div class="field">
              <label for="password">Password</label>
              <input id="password" name="password" type="password" autocomplete="current-password"
                required{Html.When(Username.Length > 0, $" autofocus")}{Invalid}>
            </div>
            <button type="submit">Sign in</button>
          </form>
        </section>
        """));

    private Html Invalid => Html.When(Error is not null, $""" aria-invalid="true" aria-describedby="error" """);
}
