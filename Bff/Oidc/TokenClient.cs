using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Bff.Oidc;

/// <summary>Redeems, refreshes and revokes at the provider. Judges the form of its answers, not the tokens in them.</summary>
internal sealed partial class TokenClient(IHttpClientFactory http, ProviderMetadata provider, ProviderPause pause, OidcOptions options, TimeProvider time, ILogger<TokenClient> logger)
{
    /// <summary>Nobody waits longer for a revocation.</summary>
    public static readonly TimeSpan RevocationTimeout = TimeSpan.FromSeconds(3);

    private const int RevocationAttempts = 2;

    /// <summary>RFC 6749 section 4.1.3 with RFC 7636 section 4.5.</summary>
    public Task<TokenResult> RedeemAsync(OpenIdConnectConfiguration metadata, AuthorizationCode code, string codeVerifier, string redirectUri, CancellationToken cancellationToken) =>
        RequestTokensAsync(metadata, new()
        {
            ["grant_type"] = "authorization_code",
            ["code"] = code.Value,
            ["redirect_uri"] = redirectUri,
            ["code_verifier"] = codeVerifier,
        }, cancellationToken);

    /// <summary>RFC 6749 section 6. No scope is sent, so the grant cannot be widened.</summary>
    public Task<TokenResult> RefreshAsync(OpenIdConnectConfiguration metadata, string refreshToken, CancellationToken cancellationToken) =>
        RequestTokensAsync(metadata, new() { ["grant_type"] = "refresh_token", ["refresh_token"] = refreshToken }, cancellationToken);

    /// <summary>RFC 7009, best effort: a failure is logged. Takes at most <see cref="RevocationTimeout"/>.</summary>
    /// <param name="issuer">Who issued the token; no other provider gets it.</param>
    public async Task RevokeAsync(string issuer, string? refreshToken)
    {
        if (refreshToken is null || issuer != options.Authority) return;
        using var timeout = new CancellationTokenSource(RevocationTimeout);
        var cancellationToken = timeout.Token;
        if (await provider.GetWithinAsync(RevocationTimeout) is not { } metadata)
        {
            Log.RevocationFailed(logger, "the provider's metadata is not known");
            return;
        }
        if (metadata.RevocationEndpoint is not { Length: > 0 } endpoint) return;
        // Cognito's revocation endpoint accepts confidential clients by Basic only, whatever its discovery document says.
        var authentication = options.IsCognito ? ClientAuthentication.client_secret_basic : options.ClientAuthentication;
        var form = new Dictionary<string, string> { ["token"] = refreshToken, ["token_type_hint"] = "refresh_token" };
        try
        {
            // RFC 7009 section 2.2.1: after a 503 the token must be taken for valid still, and the request may be sent again.
            for (var attempt = 1; ; attempt++)
            {
                using var response = await PostAsync(endpoint, form, authentication, cancellationToken);
                if (response.IsSuccessStatusCode) return;
                var wait = RetryAfter(response) ?? TimeSpan.FromSeconds(1);
                if ((int)response.StatusCode != 503 || attempt == RevocationAttempts || wait > options.BackchannelTimeout)
                {
                    LogRefusal((int)response.StatusCode, TokenError.Read(await response.Content.ReadAsByteArrayAsync(cancellationToken)), form);
                    return;
                }
                await Task.Delay(wait, cancellationToken);
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            Log.RevocationFailed(logger, ProviderFault.Of(exception));
        }
    }

    private async Task<TokenResult> RequestTokensAsync(OpenIdConnectConfiguration metadata, Dictionary<string, string> form, CancellationToken cancellationToken)
    {
        var result = await SendAsync(metadata.TokenEndpoint, form, cancellationToken);
        if (result is TokenResult.Unavailable { IsOfThisRequest: false } failure) pause.Failed(failure.IsThrottled, failure.RetryAfter);
        else pause.Succeeded();
        return result;
    }

    private async Task<TokenResult> SendAsync(string endpoint, Dictionary<string, string> form, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await PostAsync(endpoint, form, options.ClientAuthentication, cancellationToken);
            return Judge(response, await response.Content.ReadAsByteArrayAsync(cancellationToken), form);
        }
        catch (Exception exception) when (exception is HttpRequestException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            Log.Unavailable(logger, form["grant_type"], ProviderFault.Of(exception));
            return new TokenResult.Unavailable((exception as HttpRequestException)?.HttpRequestError.ToString() ?? "timeout");
        }
    }

    private TokenResult Judge(HttpResponseMessage response, byte[] body, Dictionary<string, string> form)
    {
        var status = (int)response.StatusCode;
        if (status == 200 && TokenResponse.Read(body) is { } tokens) return new TokenResult.Granted(tokens);

        var error = TokenError.Read(body);
        LogRefusal(status, error, form);
        // Cognito says 400 for everything; RFC 6749 section 5.2 also knows 401. Wrong credentials of this client end no session.
        if (status is 400 or 401 && error is { IsRegistered: true, Error: not TokenError.InvalidClient })
            return new TokenResult.Refused(error.Error);
        var reason = status is not (200 or 400 or 401) ? $"status {status}"
            : error?.Error == TokenError.InvalidClient ? error.Error : "invalid_response";
        return new TokenResult.Unavailable(reason, RetryAfter(response))
        {
            IsContradictory = status == 200 && error is { IsBesideToken: true },
            IsThrottled = status == 429,
            IsOfThisRequest = status == 200 ? error is not null : status is >= 400 and < 500 and not 429,
            MayBeInvalidGrant = error is { IsBesideToken: false, Error: TokenError.InvalidGrant } || (status == 400 && error is null or { Error: "" }),
        };
    }

    private void LogRefusal(int status, TokenError? error, Dictionary<string, string> form)
    {
        var sent = form.Where(pair => pair.Key is "code" or "code_verifier" or "refresh_token" or "token").Select(pair => pair.Value);
        string[] secrets = [options.ClientSecret, BasicCredentials(), .. sent];
        var (text, description) = (ProviderText.Discreet(error?.Error, secrets), ProviderText.Discreet(error?.Description, secrets));
        // 401 and 403 are about the client, whatever the body says; Cognito says 400 for everything.
        var isAboutClient = status is 401 or 403 || error?.Error == TokenError.InvalidClient;
        var level = isAboutClient && error?.Error != TokenError.InvalidGrant ? LogLevel.Error : LogLevel.Warning;
        var remedy = !isAboutClient ? error is { IsBesideToken: true } ? " The answer has an error and tokens at once: neither is used." : ""
            : $" Check Oidc:ClientId, Oidc:ClientSecret and Oidc:ClientAuthentication ({options.ClientAuthentication})."
            + " Some providers do not decode a Basic secret with special characters: use client_secret_post or another secret.";
        if (form.TryGetValue("grant_type", out var grantType)) Log.Refused(logger, level, grantType, status, text, description, remedy);
        else Log.NotRevoked(logger, level, status, text, description, remedy);
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response) =>
        (response.Headers.RetryAfter?.Delta ?? response.Headers.RetryAfter?.Date - time.GetUtcNow()) is { } wait && wait > TimeSpan.Zero ? wait : null;

    [SuppressMessage("Reliability", "CA2000", Justification = "The response owns nothing of the request that needs an earlier end.")]
    private async Task<HttpResponseMessage> PostAsync(string endpoint, Dictionary<string, string> form, ClientAuthentication authentication, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, endpoint);
        if (authentication == ClientAuthentication.client_secret_basic)
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", BasicCredentials());
        else (form["client_id"], form["client_secret"]) = (options.ClientId, options.ClientSecret);
        request.Content = new FormUrlEncodedContent(form);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        return await http.CreateClient(ProviderHttp.ClientName).SendAsync(request, cancellationToken);
    }

    // RFC 6749 section 2.3.1: each part is form-encoded before Base64.
    private string BasicCredentials() => Convert.ToBase64String(
        Encoding.ASCII.GetBytes($"{WebUtility.UrlEncode(options.ClientId)}:{WebUtility.UrlEncode(options.ClientSecret)}"));

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Message = "The token endpoint refused the {GrantType} request: status {Status}, no usable tokens."
            + " The provider's text: error \"{Error}\", error_description \"{Description}\".{Remedy}")]
        public static partial void Refused(
            ILogger logger, LogLevel level, string grantType, int status, string error, string description, string remedy);

        [LoggerMessage(2, LogLevel.Warning, "The token endpoint gave no usable answer to the {GrantType} request: {Reason}")]
        public static partial void Unavailable(ILogger logger, string grantType, string reason);

        [LoggerMessage(EventId = 3, Message = "A refresh token could not be revoked: status {Status}."
            + " The provider's text: error \"{Error}\", error_description \"{Description}\".{Remedy}")]
        public static partial void NotRevoked(ILogger logger, LogLevel level, int status, string error, string description, string remedy);

        [LoggerMessage(4, LogLevel.Warning, "A refresh token could not be revoked: {Reason}")]
        public static partial void RevocationFailed(ILogger logger, string reason);
    }
}
