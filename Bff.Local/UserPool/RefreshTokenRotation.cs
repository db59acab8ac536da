namespace Bff.Local.UserPool;

/// <summary>Whether a refresh replaces the refresh token, and how long the replaced one still works.</summary>
internal sealed class RefreshTokenRotation
{
    /// <summary><c>ENABLED</c> or <c>DISABLED</c> (default).</summary>
    public string Feature { get; set; } = "DISABLED";

    /// <summary>0 to 60 seconds. Default 0.</summary>
    public int RetryGracePeriodSeconds { get; set; }

    public bool Enabled => Feature == "ENABLED";

    public TimeSpan Grace => TimeSpan.FromSeconds(RetryGracePeriodSeconds);
}
