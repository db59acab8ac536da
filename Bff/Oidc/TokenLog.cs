using Form = System.Collections.Generic.Dictionary<string, string>;

namespace Bff.Oidc;

/// <summary>What is logged about requests for tokens and revocations: the provider's words, without secrets, and the remedy.</summary>
internal sealed partial class TokenLog(ClientPost client, OidcOptions options, ILogger<TokenLog> logger)
{
    private static readonly string[] Secrets = ["code", "code_verifier", "refresh_token", "token"];

    /// <param name="form">The request; with <c>grant_type</c> it asked for tokens, otherwise it revoked one.</param>
    public void Refused(int status, TokenError? error, Form form)
    {
        var secrets = SecretsOf(form);
        var text = ProviderText.WithoutSecrets(error?.Error, secrets);
        var description = ProviderText.WithoutSecrets(error?.Description, secrets);
        // 401 and 403 are about the client, whatever the body says; Cognito says 400 for everything.
        var isAboutClient = status is 401 or 403 || error?.Error == TokenError.InvalidClient;
        var level = isAboutClient && error?.Error != TokenError.InvalidGrant ? LogLevel.Error : LogLevel.Warning;
        var remedy = isAboutClient
            ? $" Check Oidc:ClientId, Oidc:ClientSecret and Oidc:ClientAuthentication ({options.ClientAuthentication})."
                + " Some providers do not decode a Basic secret with special characters: use client_secret_post or another secret."
            : error is { IsBesideToken: true } ? " The answer has an error and tokens at once: neither is used."
            : "";
        if (form.TryGetValue("grant_type", out var grantType)) Log.Refused(logger, level, grantType, status, text, description, remedy);
        else Log.NotRevoked(logger, level, status, text, description, remedy);
    }

    /// <summary>A 429, a 5xx or a 200 that cannot be used.</summary>
    public void Unavailable(int status, TokenError? error, Form form)
    {
        var secrets = SecretsOf(form);
        var text = error is null ? "" : $" The provider's text: error \"{ProviderText.WithoutSecrets(error.Error, secrets)}\", "
            + $"error_description \"{ProviderText.WithoutSecrets(error.Description, secrets)}\".";
        Log.Unavailable(logger, form["grant_type"], $"status {status}.{text}");
    }

    public void Unavailable(Form form, Exception exception) => Log.Unavailable(logger, form["grant_type"], ProviderFault.Of(exception));

    public void RevocationFailed(string reason) => Log.RevocationFailed(logger, reason);

    private string[] SecretsOf(Form form) => [.. client.Secrets, .. Secrets.Where(form.ContainsKey).Select(name => form[name])];

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Message = "token_refused: The token endpoint refused the {GrantType} request: status {Status}, "
            + "no usable tokens. The provider's text: error \"{Error}\", error_description \"{Description}\".{Remedy}")]
        public static partial void Refused(
            ILogger logger, LogLevel level, string grantType, int status, string error, string description, string remedy);

        [LoggerMessage(2, LogLevel.Warning,
            "token_unavailable: The token endpoint gave no usable answer to the {GrantType} request: {Reason}")]
        public static partial void Unavailable(ILogger logger, string grantType, string reason);

        [LoggerMessage(EventId = 3, Message = "not_revoked: A refresh token could not be revoked: status {Status}."
            + " The provider's text: error \"{Error}\", error_description \"{Description}\".{Remedy}")]
        public static partial void NotRevoked(ILogger logger, LogLevel level, int status, string error, string description, string remedy);

        [LoggerMessage(4, LogLevel.Warning, "not_revoked: A refresh token could not be revoked: {Reason}")]
        public static partial void RevocationFailed(ILogger logger, string reason);
    }
}
