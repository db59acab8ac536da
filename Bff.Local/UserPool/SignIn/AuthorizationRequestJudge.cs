namespace Bff.Local.UserPool.SignIn;

/// <summary>Judges the query of <c>/oauth2/authorize</c>, which <c>/login</c> carries on unchanged.</summary>
internal static class AuthorizationRequestJudge
{
    public static AuthorizationRequest Judge(IQueryCollection query, UserPoolOptions options)
    {
        string? Parameter(string name) => query.TryGetValue(name, out var value) ? value.ToString() : null;

        var (clientId, redirectUri, state) = (Parameter("client_id"), Parameter("redirect_uri"), Parameter("state"));
        var client = options.Clients.Find(known => known.ClientId == clientId);
        if (client is null || redirectUri is null || !client.CallbackURLs.Contains(redirectUri))
        {
            return new AuthorizationRequest.Stranded("redirect_mismatch", clientId ?? "");
        }

        if (!client.AllowedOAuthFlowsUserPoolClient || client.AllowedOAuthFlows.Count == 0)
        {
            return new AuthorizationRequest.Stranded("invalid_request", client.ClientId);
        }

        if (state?.TrimStart() is ['{' or '[' or '"', ..])
        {
            return new AuthorizationRequest.Unreadable();
        }

        var (challenge, method) = (Parameter("code_challenge"), Parameter("code_challenge_method"));
        var scope = Parameter("scope")?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [.. client.AllowedOAuthScopes];
        var error = Parameter("response_type") switch
        {
            "code" => null,
            "token" => "unauthorized_client",
            _ => "invalid_request",
        };
        // S256 alone, and both parameters or none.
        if (challenge is null ? method is not null : challenge.Length is < 43 or > 128 || method != "S256")
        {
            error ??= "invalid_request";
        }

        if (error is not null)
        {
            return new AuthorizationRequest.SentBack(CallbackUrl.With(redirectUri, [("error", error), ("state", state)]));
        }

        if (scope.Length == 0 || !scope.All(client.AllowedOAuthScopes.Contains)
            || (!scope.Contains("openid") && scope.Any(name => name is "email" or "phone" or "profile")))
        {
            // Seen in this form and order, although the documentation says error=invalid_scope.
            return new AuthorizationRequest.SentBack(CallbackUrl.With(redirectUri,
                [("error_description", "invalid_scope"), ("state", state), ("error", "invalid_request")]));
        }

        if (Parameter("identity_provider") is { } provider && !client.SupportedIdentityProviders.Contains(provider))
        {
            return new AuthorizationRequest.SentBack(CallbackUrl.With(redirectUri,
                [("error_description", "Login option is not available. Please try another one"), ("state", state),
                ("error", "invalid_request")]));
        }

        TimeSpan? maxAge = int.TryParse(Parameter("max_age"), out var seconds) && seconds >= 0 ? TimeSpan.FromSeconds(seconds) : null;
        return new AuthorizationRequest.Valid(client, redirectUri, [.. scope.Distinct()], state, Parameter("nonce"), challenge,
            Parameter("prompt")?.Split(' ') ?? [], maxAge, Parameter("login_hint"));
    }
}
