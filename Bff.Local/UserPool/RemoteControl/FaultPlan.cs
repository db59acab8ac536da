using System.Text.Json.Nodes;

namespace Bff.Local.UserPool.RemoteControl;

/// <summary>Everything that is wrong at present; the body of <c>PUT /faults</c>.</summary>
internal sealed record FaultPlan
{
    /// <summary>By path, as in <see cref="PoolPaths"/>.</summary>
    public Dictionary<string, EndpointFault> Endpoints { get; init; } = [];

    /// <summary>The pool's clock runs ahead (or, negative, behind) by this.</summary>
    public TimeSpan ClockOffset { get; init; }

    /// <summary>ID token claims to replace; null leaves the claim out.</summary>
    public Dictionary<string, JsonNode?> IdToken { get; init; } = [];

    /// <summary>Access token claims to replace; null leaves the claim out.</summary>
    public Dictionary<string, JsonNode?> AccessToken { get; init; } = [];

    /// <summary>Members of the token endpoint's answer to replace; null leaves the member out.</summary>
    public Dictionary<string, JsonNode?> TokenAnswer { get; init; } = [];

    /// <summary>Cognito's quota of a domain is 300 requests a second from one address; beyond this number, 429.</summary>
    public int? RequestsPerSecond { get; init; }

    /// <summary>Signs with a key that the key set never held.</summary>
    public bool UnpublishedKey { get; init; }

    /// <summary>Lifetimes of new tokens, outside AWS's bounds too.</summary>
    public TimeSpan? AccessTokenLifetime { get; init; }

    public TimeSpan? IdTokenLifetime { get; init; }

    public TimeSpan? RefreshTokenLifetime { get; init; }
}
