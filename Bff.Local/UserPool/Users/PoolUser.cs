namespace Bff.Local.UserPool.Users;

/// <summary>A user as the pool stores it; a change makes a new one.</summary>
internal sealed record PoolUser
{
    /// <summary><c>sub</c>, and the user name in tokens: in a pool that signs in by e-mail both are the same UUID.</summary>
    public required string Sub { get; init; }

    public required string Email { get; init; }

    public required UserStatus Status { get; init; }

    public required string PasswordHash { get; init; }

    /// <summary>Hashes of the passwords before, newest first, as many as the policy remembers.</summary>
    public IReadOnlyList<string> FormerPasswordHashes { get; init; } = [];

    public DateTimeOffset? TemporaryPasswordExpiresAt { get; init; }

    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<string> Groups { get; init; } = [];

    public bool Enabled { get; init; } = true;

    /// <summary>Tokens of sign-ins before this moment are dead at the pool (<c>AdminUserGlobalSignOut</c>).</summary>
    public DateTimeOffset SignedOutAt { get; init; } = DateTimeOffset.MinValue;

    public override string ToString() => $"{Sub} {Status}";
}
