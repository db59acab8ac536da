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
    private const string InvalidClient = "invalid_client";

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
            Log.NotRevoked(logger, "the provider's metadata is not known");
            return;
        }
        if (metadata.RevocationEndpoint is not { Length: > 0 } endpoint) return;
        var fault = "";
        try
        {
            // RFC 7009 section 2.2.1: after a 503 the token must be taken for valid still, and the request may be sent again.
            for (var attempt = 1; attempt <= RevocationAttempts; attempt++)
            {
                // Cognito's revocation endpoint knows confidential clients by Basic only, whatever its discovery document says.
                var authentication = options.IsCognito ? ClientAuthentication.client_secret_basic : options.ClientAuthentication;
                using var response = await PostAsync(endpoint, new() { ["token"] = refreshToken, ["token_type_hint"] = "refresh_token" }, authentication, cancellationToken);
                if (response.IsSuccessStatusCode) return;
                fault = $"status {(int)response.StatusCode}";
                if (response.StatusCode != HttpStatusCode.ServiceUnavailable || attempt == RevocationAttempts) break;
                var wait = RetryAfter(response) ?? TimeSpan.FromSeconds(1);
                if (wait > options.BackchannelTimeout) break;
                await Task.Delay(wait, cancellationToken);
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            if (fault == "") fault = exception.GetType().Name;
        }
        Log.NotRevoked(logger, fault);
    }

    private async Task<TokenResult> RequestTokensAsync(OpenIdConnectConfiguration metadata, Dictionary<string, string> form, CancellationToken cancellationToken)
    {
        TokenResult result;
        try
        {
            using var response = await PostAsync(metadata.TokenEndpoint, form, options.ClientAuthentication, cancellationToken);
            result = Judge(response, await response.Content.ReadAsByteArrayAsync(cancellationToken));
        }
        catch (HttpRequestException exception)
        {
            result = new TokenResult.Unavailable(exception.HttpRequestError.ToString());
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            result = new TokenResult.Unavailable("timeout");
        }
        if (result is TokenResult.Unavailable { Reason: not InvalidClient, IsOfThisRequest: false } failure) pause.Failed(failure.IsThrottled, failure.RetryAfter);
        else pause.Succeeded();
        switch (result)
        {
            case TokenResult.Refused refused: Log.Refused(logger, form["grant_type"], refused.Error); break;
            case TokenResult.Unavailable { Reason: InvalidClient }: Log.RefusedClient(logger, form["grant_type"]); break;
            case TokenResult.Unavailable unavailable: Log.Unavailable(logger, form["grant_type"], unavailable.Reason); break;
            default: break;
        }
        return result;
    }

    private TokenResult Judge(HttpResponseMessage response, byte[] body)
    {
        if (response.StatusCode == HttpStatusCode.OK)
            return TokenResponse.Read(body) is { } tokens ? new TokenResult.Granted(tokens) : new TokenResult.Unavailable("invalid_response") { RefreshToken = TokenResponse.ReadRefreshToken(body) };
        // Cognito says 400 for everything; RFC 6749 section 5.2 also knows 401 for invalid_client.
        if (response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized)
            return TokenError.Read(body) switch
            {
                // Our own credentials are wrong: the operator's fault to mend, not the end of anybody's session.
                InvalidClient => new TokenResult.Unavailable(InvalidClient),
                { } error => new TokenResult.Refused(error),
                null => new TokenResult.Unavailable("invalid_response") { IsOfThisRequest = TokenError.IsOne(body) },
            };
        return new TokenResult.Unavailable($"status {(int)response.StatusCode}", RetryAfter(response)) { IsThrottled = response.StatusCode == HttpStatusCode.TooManyRequests };
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response) =>
        (response.Headers.RetryAfter?.Delta ?? response.Headers.RetryAfter?.Date - time.GetUtcNow()) is { } wait && wait > TimeSpan.Zero ? wait : null;

    [SuppressMessage("Reliability", "CA2000", Justification = "The response owns nothing of the request that needs an earlier end.")]
    private async Task<HttpResponseMessage> PostAsync(string endpoint, Dictionary<string, string> form, ClientAuthentication authentication, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, endpoint);
        if (authentication == ClientAuthentication.client_secret_basic)
        {
            // RFC 6749 section 2.3.1: each part is form-encoded before Base64.
            var credentials = $"{WebUtility.UrlEncode(options.ClientId)}:{WebUtility.UrlEncode(options.ClientSecret)}";
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes(credentials)));
        }
        else
        {
            form["client_id"] = options.ClientId;
            form["client_secret"] = options.ClientSecret;
        }
        request.Content = new FormUrlEncodedContent(form);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        return await http.CreateClient(ProviderHttp.ClientName).SendAsync(request, cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The token endpoint refused the {GrantType} request: {Error}")]
        public static partial void Refused(ILogger logger, string grantType, string error);

        [LoggerMessage(2, LogLevel.Warning, "The token endpoint gave no usable answer to the {GrantType} request: {Reason}")]
        public static partial void Unavailable(ILogger logger, string grantType, string reason);

        [LoggerMessage(4, LogLevel.Error, "The token endpoint refused this client at the {GrantType} request: Oidc:ClientId, Oidc:ClientSecret or Oidc:ClientAuthentication is not what the provider has. Nobody can sign in or refresh.")]
        public static partial void RefusedClient(ILogger logger, string grantType);

        [LoggerMessage(3, LogLevel.Warning, "A refresh token could not be revoked: {Reason}")]
        public static partial void NotRevoked(ILogger logger, string reason);
    }
}
