namespace Bff.Oidc;

/// <summary>The judgement on an authorization response.</summary>
internal abstract record AuthorizationVerdict
{
    public sealed record Granted(AuthorizationCode Code) : AuthorizationVerdict;

    /// <summary>The provider sent an error instead of a code.</summary>
    /// <param name="Error">Its <c>error</c>: untrusted text.</param>
    public sealed record Denied(string Error) : AuthorizationVerdict;

    /// <summary>The response is not one to this client's request.</summary>
    public sealed record Refused(string Reason) : AuthorizationVerdict;
}
