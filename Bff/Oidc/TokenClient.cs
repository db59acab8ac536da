using System.Diagnostics;
using Bff.Operations;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Form = System.Collections.Generic.Dictionary<string, string>;

namespace Bff.Oidc;

/// <summary>Redeems, refreshes and revokes at the provider. Does NOT judge the tokens that it gets.</summary>
internal sealed class TokenClient(
    ClientPost client, ProviderMetadata provider, ProviderPause pause, TimeProvider time, Telemetry telemetry, TokenLog log)
{
    /// <summary>The longest time that a revocation takes.</summary>
    public static readonly TimeSpan RevocationTimeout = TimeSpan.FromSeconds(3);

    private const int RevocationAttempts = 2;

    /// <summary>This client's credentials: no log may have them.</summary>
    public IEnumerable<string> Credentials => client.Secrets;

    /// <summary>RFC 6749 section 4.1.3, RFC 7636 section 4.5.</summary>
    public Task<TokenResult> RedeemAsync(
        OpenIdConnectConfiguration metadata, AuthorizationCode code, string codeVerifier, string redirectUri,
        CancellationToken cancellationToken)
    {
        var form = new Form
        {
            ["grant_type"] = "authorization_code",
            ["code"] = code.Value,
            ["redirect_uri"] = redirectUri,
            ["code_verifier"] = codeVerifier,
        };
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
                log.RevocationFailed("the provider's metadata is not known.");
            else if (metadata.RevocationEndpoint is { Length: > 0 } endpoint)
                await PostRevocationAsync(endpoint, refreshToken, timeout.Token);
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            log.RevocationFailed(ProviderFault.Of(exception));
        }
    }

    private async Task PostRevocationAsync(string endpoint, string refreshToken, CancellationToken cancellationToken)
    {
        var form = new Form { ["token"] = refreshToken, ["token_type_hint"] = "refresh_token" };
        for (var attempt = 1; ; attempt++)
        {
            using var response = await PostRevocationOnceAsync(endpoint, form, cancellationToken);
            if (response.IsSuccessStatusCode) return;
            // RFC 7009 section 2.2.1: a 503 is a reason to retry.
            var (status, wait) = ((int)response.StatusCode, RetryAfter(response) ?? TimeSpan.FromSeconds(1));
            if (status != 503 || attempt == RevocationAttempts || wait >= RevocationTimeout)
            {
                log.Refused(status, TokenError.Read(await response.Content.ReadAsByteArrayAsync(cancellationToken)), form);
                return;
            }
            await Task.Delay(wait, cancellationToken);
        }
    }

    private async Task<HttpResponseMessage> PostRevocationOnceAsync(string endpoint, Form form, CancellationToken cancellationToken)
    {
        var (started, outcome) = (Stopwatch.GetTimestamp(), ProviderOutcome.Unavailable);
        try
        {
            var response = await client.RevokeAsync(endpoint, form, cancellationToken);
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
            using var response = await client.RequestTokensAsync(endpoint, form, cancellationToken);
            var (status, retryAfter) = ((int)response.StatusCode, RetryAfter(response));
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            var result = TokenResult.Judge(status, body, retryAfter);
            outcome = ProviderOutcome.Of(result);
            if (result is TokenResult.Unavailable { IsProviderWell: false })
            {
                log.Unavailable(status, TokenError.Read(body), form);
                pause.Failed(isThrottled: status == 429, retryAfter);
                return result;
            }
            if (result is not TokenResult.Granted) log.Refused(status, TokenError.Read(body), form);
            pause.Succeeded();
            return result;
        }
        catch (Exception exception) when (exception is HttpRequestException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            log.Unavailable(form, exception);
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
}
