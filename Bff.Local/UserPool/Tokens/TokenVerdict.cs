using System.Text.Json.Nodes;

namespace Bff.Local.UserPool.Tokens;

/// <summary>What the token endpoint decides.</summary>
internal abstract record TokenVerdict
{
    private TokenVerdict()
    {
    }

    public sealed record Granted(JsonObject Answer) : TokenVerdict;

    public sealed record Refused(string Error, string? Description = null) : TokenVerdict;
}
