namespace Bff.Local.UserPool;

/// <summary>
/// A user the pool starts with, as <c>admin-create-user</c> makes it (or, with <see cref="Password"/>, <c>admin-set-user-password
/// --permanent</c>).
/// </summary>
internal sealed class UserSettings
{
    /// <summary>The e-mail address: the pool signs in by e-mail, and <c>sub</c> is the real user name.</summary>
    public string Username { get; set; } = "";

    /// <summary>Must be changed at the first sign-in.</summary>
    public string? TemporaryPassword { get; set; }

    /// <summary>Permanent: the user starts as CONFIRMED.</summary>
    public string? Password { get; set; }

    public Dictionary<string, string> UserAttributes { get; set; } = [];

    public List<string> Groups { get; set; } = [];
}
