namespace Bff.Local.UserPool.RemoteControl;

/// <summary>A request that came in. The form is kept for <c>/oauth2/*</c> alone: pages carry passwords.</summary>
internal sealed record LoggedRequest(
    string Method,
    string Path,
    string Query,
    IReadOnlyDictionary<string, string> Headers,
    IReadOnlyDictionary<string, string> Form,
    int Status)
{
    public string? GrantType => Form.GetValueOrDefault("grant_type");
}
