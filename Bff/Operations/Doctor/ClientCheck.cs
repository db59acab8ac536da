using System.Security.Cryptography;
using Bff.Oidc;

namespace Bff.Operations.Doctor;

/// <summary>
/// The client's credentials. The token endpoint gets a code that it never issued: <c>invalid_grant</c> means that it accepted the
/// credentials, <c>invalid_client</c> that it did not.
/// </summary>
internal static class ClientCheck
{
    private const string Check = "client";

    public static Task<IReadOnlyList<Finding>> RunAsync(ProviderAccess provider) => ProviderAccess.CheckAsync(Check, async () =>
    {
        if (!provider.Installation.AreUsable("Oidc:Client", "Bff:PublicUrl"))
            return [Finding.NotChecked(Check, "Oidc:ClientId, Oidc:ClientSecret or Bff:PublicUrl has a fault.")];

        var options = provider.Options;
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code",
            // A UUID, as Cognito's codes are.
            ["code"] = new Guid(RandomNumberGenerator.GetBytes(16)).ToString(),
            ["redirect_uri"] = provider.Installation.Settings.Bff.RedirectUri,
            ["code_verifier"] = RandomNumberGenerator.GetHexString(64),
        };
        using var request = ClientRequest.Create(
            provider.Metadata.TokenEndpoint, form, (options.ClientId, options.ClientSecret), options.ClientAuthentication);
        using var response = await provider.Client.SendAsync(request);
        return [Judge((int)response.StatusCode, TokenError.Read(await response.Content.ReadAsByteArrayAsync()), options)];
    });

    private static Finding Judge(int status, TokenError? error, OidcOptions options)
    {
        var basic = ClientRequest.BasicCredentials(options.ClientId, options.ClientSecret);
        var text = ProviderText.WithoutSecrets(error?.Error, options.ClientSecret, basic);
        var answer = $"status {status}, {(text is "" ? "no readable error" : $"error \"{text}\"")}";
        var found = $"The token endpoint answered a deliberately wrong code with {answer}.";
        return error?.Error switch
        {
            TokenError.InvalidGrant => Finding.Ok(Check, "The token endpoint accepts the client's credentials."),
            TokenError.InvalidClient => Refused(answer, options),
            "unauthorized_client" => Finding.Fail(Check, found, "Permit the authorization code grant for this client at the provider."),
            _ when status is 401 or 403 => Refused(answer, options),
            _ when status is 404 or 405 or 429 or >= 500 or < 400 => Finding.Fail(Check, found,
                "The endpoint does not work at present. Run doctor again later; then ask the provider's operator."),
            _ => Finding.Warn(Check, found, "This says nothing about the credentials. Test a sign-in."),
        };
    }

    private static Finding Refused(string answer, OidcOptions options) => Finding.Fail(Check,
        $"The token endpoint refuses the credentials ({answer}).",
        $"Check Oidc:ClientId, Oidc:ClientSecret and Oidc:ClientAuthentication ({options.ClientAuthentication}).");
}
