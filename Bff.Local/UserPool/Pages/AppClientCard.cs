using Bff.Local.UserPool.SignIn;

namespace Bff.Local.UserPool.Pages;

/// <summary>An app client on the console: never its secrets.</summary>
internal static class AppClientCard
{
    public static Html Render(AppClient client) => Html.Of($"""
        <article class="card">
          <h3>{client.ClientName}</h3>
          <dl>
            <dt>Client id</dt><dd><code>{client.ClientId}</code></dd>
            <dt>Client secrets</dt><dd>{Secrets(client)}</dd>
            <dt>Scopes</dt><dd>{string.Join(" ", client.AllowedOAuthScopes)}</dd>
            <dt>Callback URLs</dt><dd>{Urls(client.CallbackURLs)}</dd>
            <dt>Sign-out URLs</dt><dd>{Urls(client.LogoutURLs)}</dd>
            <dt>Tokens valid</dt><dd>{Lifetimes(client)}</dd>
            <dt>Refresh token rotation</dt><dd>{Rotation(client.RefreshTokenRotation)}</dd>
            <dt>Revocation</dt><dd>{(client.EnableTokenRevocation ? "on" : "off")}</dd>
          </dl>
          {Html.When(client.CallbackURLs.Count > 0, $"""<p><a class="button quiet" href="{LoginPageOf(client)}">View login page</a></p>""")}
        </article>
        """);

    private static string Secrets(AppClient client) =>
        client.ClientSecrets.Count == 0 ? "none, a public client" : $"{client.ClientSecrets.Count} active";

    private static string Lifetimes(AppClient client) => $"ID {client.IdTokenValidity} {client.TokenValidityUnits.IdToken}, "
        + $"access {client.AccessTokenValidity} {client.TokenValidityUnits.AccessToken}, "
        + $"refresh {client.RefreshTokenValidity} {client.TokenValidityUnits.RefreshToken}";

    private static string Rotation(RefreshTokenRotation rotation) =>
        rotation.Enabled ? $"on, {rotation.RetryGracePeriodSeconds} s of grace" : "off";

    private static Html Urls(IEnumerable<string> urls)
    {
        var items = Html.Each(urls.Distinct(), url => Html.Of($"<li><code>{url}</code></li>"));
        return Html.Of($"""<ul class="plain">{items}</ul>""");
    }

    private static string LoginPageOf(AppClient client) => CallbackUrl.With(PoolPaths.Login, [
        ("client_id", client.ClientId),
        ("response_type", "code"),
        ("scope", string.Join(' ', client.AllowedOAuthScopes)),
        ("redirect_uri", client.CallbackURLs[0]),
    ]);
}
