namespace Bff.Local.UserPool;

/// <summary>The units in which an app client's three lifetimes are given.</summary>
internal sealed class TokenValidityUnits
{
    public string AccessToken { get; set; } = "minutes";

    public string IdToken { get; set; } = "minutes";

    public string RefreshToken { get; set; } = "days";

    public static readonly IReadOnlyList<string> Known = ["seconds", "minutes", "hours", "days"];

    public static TimeSpan Of(int amount, string unit) => unit switch
    {
        "seconds" => TimeSpan.FromSeconds(amount),
        "minutes" => TimeSpan.FromMinutes(amount),
        "hours" => TimeSpan.FromHours(amount),
        "days" => TimeSpan.FromDays(amount),
        _ => TimeSpan.Zero,
    };
}
