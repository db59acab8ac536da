using Bff.Oidc;

namespace Bff.Operations.Doctor;

/// <summary>The sign-out URLs, as far as the provider shows without a user whether they are registered.</summary>
internal static class SignOutCheck
{
    private const string Check = "sign-out URL";

    public static Task<IReadOnlyList<Finding>> RunAsync(ProviderAccess provider) => ProviderAccess.CheckAsync(Check, async () =>
    {
        if (!provider.Installation.AreUsable("Bff:", "Oidc:ClientId"))
            return [Finding.NotChecked(Check, "Section Bff or Oidc:ClientId has a fault.")];
        if (!provider.Options.IsCognito && string.IsNullOrEmpty(provider.Metadata.EndSessionEndpoint))
        {
            return [Finding.Warn(Check, "The provider has no end_session_endpoint: a sign-out ends the session of the BFF only.",
                "Users who sign in again may not be asked for a password.")];
        }
        var bff = provider.Installation.Settings.Bff;
        var swagger = bff.SignedOutFrom(bff.PublicOrigin);
        List<Finding> findings = [await JudgeAsync(provider, bff.SignedOut, Grade.fail)];
        // Only Swagger UI's users end there.
        if (swagger != bff.SignedOut) findings.Add(await JudgeAsync(provider, swagger, Grade.warn));
        return findings;
    }, page: provider.Metadata.AuthorizationEndpoint);

    private static async Task<Finding> JudgeAsync(ProviderAccess provider, string url, Grade otherwise)
    {
        using var response = await provider.Client.GetAsync(EndSessionRequest.Url(provider.Metadata, provider.Options, url, idToken: null));
        var status = (int)response.StatusCode;
        if (response.Headers.Location?.OriginalString.StartsWith(url, StringComparison.Ordinal) == true)
            return Finding.Ok(Check, $"{url} is registered.");
        if (provider.Options.IsCognito)
        {
            return new Finding(Check, otherwise, $"Cognito shows its error page (status {status}): {url} is not registered.",
                "Add it to the app client's allowed sign-out URLs, exactly so.");
        }
        return status < 400
            ? Finding.Ok(Check, $"Not known: without a user the provider does not show whether {url} is registered. Test a sign-out.")
            : Finding.Warn(Check, $"The provider answers a sign-out to {url} with status {status}.",
                "Compare it with the post-logout redirect URLs of the client, and test a sign-out.");
    }
}
