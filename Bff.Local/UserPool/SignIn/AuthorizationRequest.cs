namespace Bff.Local.UserPool.SignIn;

/// <summary>A judged authorization request.</summary>
internal abstract record AuthorizationRequest
{
    private AuthorizationRequest()
    {
    }

    public sealed record Valid(AppClient Client, string RedirectUri, IReadOnlyList<string> Scope, string? State, string? Nonce,
        string? CodeChallenge, IReadOnlyList<string> Prompt, TimeSpan? MaxAge, string? LoginHint) : AuthorizationRequest
    {
        /// <summary>The callback with the answer in its query; <c>response_mode</c> is not a parameter of Cognito's.</summary>
        public string Callback(params IEnumerable<(string Name, string? Value)> answer) => CallbackUrl.With(RedirectUri, answer);
    }

    /// <summary>Wrong, but client and redirect URI can be trusted: the callback gets the error.</summary>
    public sealed record SentBack(string Location) : AuthorizationRequest;

    /// <summary>There is no client to send the browser back to: it ends on the pool's own error page.</summary>
    public sealed record Stranded(string Error, string ClientId) : AuthorizationRequest;

    /// <summary>The empty 400 that JSON in <c>state</c> earns.</summary>
    public sealed record Unreadable : AuthorizationRequest;
}

internal static class CallbackUrl
{
    public static string With(string redirectUri, IEnumerable<(string Name, string? Value)> answer) => redirectUri
        + (redirectUri.Contains('?', StringComparison.Ordinal) ? '&' : '?')
        + string.Join('&', answer.Where(part => part.Value is not null).Select(part => $"{part.Name}={Uri.EscapeDataString(part.Value!)}"));
}
