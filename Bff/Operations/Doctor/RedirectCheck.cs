using Bff.Oidc;
using Microsoft.AspNetCore.WebUtilities;

namespace Bff.Operations.Doctor;

/// <summary>
/// The redirect URL. An authorization request with a registered one leads to the sign-in page, or back here; with another one a provider
/// shows an error page of its own and redirects to nowhere else (RFC 6749 section 4.1.2.1).
/// </summary>
internal static class RedirectCheck
{
    private const string Check = "redirect URL", Page = "sign-in page";

    /// <summary>Answers to <c>prompt=none</c> that mean: a user has to sign in (OpenID Connect Core 3.1.2.6).</summary>
    private static readonly string[] NeedsUser =
        ["login_required", "interaction_required", "consent_required", "account_selection_required"];

    public static Task<IReadOnlyList<Finding>> RunAsync(ProviderAccess provider) => ProviderAccess.CheckAsync(Check, async () =>
    {
        if (!provider.Installation.AreUsable("Bff:PublicUrl", "Oidc:ClientId", "Oidc:Scope"))
            return [Finding.NotChecked(Check, "Bff:PublicUrl, Oidc:ClientId or Oidc:Scope has a fault.")];

        var options = provider.Options;
        var redirectUri = provider.Installation.Settings.Bff.RedirectUri;
        // prompt=none is answered at the redirect URL, which proves that it is registered. Cognito's older pages do not know it.
        var hints = options.IsCognito ? new AuthorizationHints() : new AuthorizationHints(Prompt: "none");
        var url = AuthorizationRequest.Create(provider.Metadata, options, redirectUri, hints).Url;
        using var response = await provider.Client.GetAsync(url);
        var target = ProviderAccess.RedirectOf(response);
        if (target?.AbsoluteUri.StartsWith(redirectUri, StringComparison.Ordinal) == true) return [SentBack(target, redirectUri, options)];
        if (options.IsCognito && target is { AbsolutePath: "/login" })
            return [Finding.Ok(Check, $"{redirectUri} is registered."), await PageAsync(provider.Client, target)];
        return [Judge((int)response.StatusCode, target, redirectUri, options)];
    }, page: provider.Metadata.AuthorizationEndpoint);

    private static Finding SentBack(Uri target, string redirectUri, OidcOptions options)
    {
        var error = QueryHelpers.ParseQuery(target.Query).GetValueOrDefault("error").ToString();
        if (error is "" || NeedsUser.Contains(error)) return Finding.Ok(Check, $"{redirectUri} is registered.");
        return Finding.Fail(Check, $"{redirectUri} is registered, but the authorization request is refused: {Printable(target)}.",
            $"Check the client's scopes (Oidc:Scope is '{options.Scope}') and that it may use the authorization code grant.");
    }

    private static Finding Judge(int status, Uri? target, string redirectUri, OidcOptions options)
    {
        var error = target is null ? "" : QueryHelpers.ParseQuery(target.Query).GetValueOrDefault("error").ToString();
        if (error is not "" and not "redirect_mismatch")
        {
            return Finding.Fail(Check, $"The provider shows its error page: {Printable(target!)}.",
                "Permit the authorization code grant for this client, and check Oidc:ClientId.");
        }
        if (error is not "" || status >= 400 || (target is null && options.IsCognito))
        {
            return Finding.Fail(Check, $"The provider shows its error page (status {status}{(error is "" ? "" : ", " + error)}): "
                + $"{redirectUri} is not registered, or the client is unknown.",
                $"Register {redirectUri} at the client, exactly so, and check Oidc:ClientId.");
        }
        return target is not null ? Finding.Ok(Check, $"The provider accepts {redirectUri} and redirects to {target.IdnHost}.")
            : Finding.Warn(Check, $"The provider shows a page (status {status}), which may be an error page.",
                $"Make sure that {redirectUri} is registered, and test a sign-in.");
    }

    private static async Task<Finding> PageAsync(HttpClient client, Uri login)
    {
        using var response = await client.GetAsync(login);
        return response.IsSuccessStatusCode || ProviderAccess.RedirectOf(response) is not null
            ? Finding.Ok(Page, $"{login.IdnHost} shows it.")
            : Finding.Fail(Page, $"{login.IdnHost} answers with status {(int)response.StatusCode} instead of it.",
                "The app client needs a branding style: aws cognito-idp create-managed-login-branding. A new domain needs a minute.");
    }

    private static string Printable(Uri target)
    {
        var query = QueryHelpers.ParseQuery(target.Query);
        return ProviderText.Printable($"{query.GetValueOrDefault("error")} {query.GetValueOrDefault("error_description")}".Trim());
    }
}
