using System.Diagnostics;
using Bff.Operations;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Form = System.Collections.Generic.Dictionary<string, string>;

namespace Bff.Oidc;

/// <summary>Redeems, refreshes and revokes at the provider. Does NOT judge the tokens that it gets.</summary>
internal sealed partial class TokenClient(
    ClientPost client, ProviderMetadata provider, ProviderPause pause, OidcOptions options, TimeProvider time,
    Telemetry telemetry, ILogger<TokenClient> logger)
{
    /// <summary>The longest time that a revocation takes.</summary>
    public static readonly TimeSpan RevocationTimeout = TimeSpan.FromSeconds(3);

    private const int RevocationAttempts = 2;

    private static readonly string[] Secrets = ["code", "code_verifier", "refresh_token", "token"];

    /// <summary>This client's credentials: no log may have them.</summary>
    public IEnumerable<string> Credentials => client.Secrets;

    /// <summary>RFC 6749 section 4.1.3, RFC 7636 section 4.5.</summary>
    public Task<TokenResult> RedeemAsync(
        OpenIdConnectConfiguration metadata, AuthorizationCode code, string codeVerifier, string redirectUri,
        CancellationToken cancellationToken)
    {
        var form = new Form { ["grant_type"] = "authorization_code", ["code"] = code.Value };
        (form["redirect_uri"], form["code_verifier"]) = (redirectUri, codeVerifier);
        return RequestTokensAsync(metadata.TokenEndpoint, form, cancellationToken);
    }

    /// <summary>RFC 6749 section 6. No scope is sent, so the grant cannot be widened.</summary>
    public Task<TokenResult> RefreshAsync(
        OpenIdConnectConfiguration metadata, string refreshToken, CancellationToken cancellationToken)
    {
        var form = new Form { ["grant_type"] = "refresh_token", ["refresh_token"] = refreshToken };
        return RequestTokensAsync(metadata.TokenEndpoint, form, cancellationToken);
    }

    /// <summary>RFC 7009, best effort: a failure is logged. Takes at most <see cref="RevocationTimeout"/>.</summary>
    /// <param name="refreshToken">Null when there is none to revoke.</param>
    public async Task RevokeAsync(string? refreshToken)
    {
        if (refreshToken is null) return;
        using var timeout = new CancellationTokenSource(RevocationTimeout);
        try
        {
            if (await provider.GetAsync(timeout.Token) is not { } metadata)
                Log.RevocationFailed(logger, "the provider's metadata is not known.");
            else if (metadata.RevocationEndpoint is { Length: > 0 } endpoint)
                await PostRevocationAsync(endpoint, refreshToken, timeout.Token);
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            Log.RevocationFailed(logger, ProviderFault.Of(exception));
        }
    }

    private async Task PostRevocationAsync(string endpoint, string refreshToken, CancellationToken cancellationToken)
    {
        // Cognito's revocation endpoint accepts Basic only, whatever its discovery document says.
        var authentication = options.IsCognito ? ClientAuthentication.client_secret_basic : options.ClientAuthentication;
        var form = new Form { ["token"] = refreshToken, ["token_type_hint"] = "refresh_token" };
        for (var attempt = 1; ; attempt++)
        {
            using var response = await PostRevocationOnceAsync(endpoint, form, authentication, cancellationToken);
            if (response.IsSuccessStatusCode) return;
            // RFC 7009 section 2.2.1: a 503 is a reason to retry.
            var (status, wait) = ((int)response.StatusCode, RetryAfter(response) ?? TimeSpan.FromSeconds(1));
            if (status != 503 || attempt == RevocationAttempts || wait >= RevocationTimeout)
            {
                LogRefusal(status, TokenError.Read(await response.Content.ReadAsByteArrayAsync(cancellationToken)), form);
                return;
            }
            await Task.Delay(wait, cancellationToken);
        }
    }

    private async Task<HttpResponseMessage> PostRevocationOnceAsync(
        string endpoint, Form form, ClientAuthentication authentication, CancellationToken cancellationToken)
    {
        var (started, outcome) = (Stopwatch.GetTimestamp(), ProviderOutcome.Unavailable);
        try
        {
            var response = await client.SendAsync(endpoint, form, authentication, cancellationToken);
            outcome = ProviderOutcome.Of(response.StatusCode);
            return response;
        }
        finally
        {
            telemetry.ProviderAnswered("revocation", outcome, started);
        }
    }

    private async Task<TokenResult> RequestTokensAsync(string endpoint, Form form, CancellationToken cancellationToken)
    {
        var (started, outcome) = (Stopwatch.GetTimestamp(), ProviderOutcome.Unavailable);
        try
        {
            using var response = await client.SendAsync(endpoint, form, options.ClientAuthentication, cancellationToken);
            var (status, retryAfter) = ((int)response.StatusCode, RetryAfter(response));
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            var result = TokenResult.Judge(status, body, retryAfter);
            outcome = ProviderOutcome.Of(result);
            if (result is not TokenResult.Granted) LogRefusal(status, TokenError.Read(body), form);
            if (result is TokenResult.Unavailable { IsProviderWell: false }) pause.Failed(isThrottled: status == 429, retryAfter);
            else pause.Succeeded();
            return result;
        }
        catch (Exception exception) when (exception is HttpRequestException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            Log.Unavailable(logger, form["grant_type"], ProviderFault.Of(exception));
            pause.Failed(isThrottled: false, asked: null);
            return new TokenResult.Unavailable((exception as HttpRequestException)?.HttpRequestError.ToString() ?? "timeout");
        }
        finally
        {
            telemetry.ProviderAnswered("token", outcome, started);
        }
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        var header = response.Headers.RetryAfter;
        var wait = header?.Delta ?? header?.Date - time.GetUtcNow();
        return wait > TimeSpan.Zero ? wait : null;
    }

    private void LogRefusal(int status, TokenError? error, Form form)
    {
        string[] secrets = [.. Credentials, .. Secrets.Where(form.ContainsKey).Select(name => form[name])];
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
