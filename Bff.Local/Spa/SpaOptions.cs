namespace Bff.Local.Spa;

/// <summary>Settings of the local single-page application's server.</summary>
internal sealed class SpaOptions
{
    /// <summary>Where it listens, in the form of <c>ASPNETCORE_URLS</c>.</summary>
    /// <value>Default <c>http://localhost:5173</c>.</value>
    public string Listen { get; set; } = "http://localhost:5173";

    /// <summary>Where the browser reaches the BFF: an origin, without a path.</summary>
    /// <value>Default <c>http://localhost:5000</c>.</value>
    public string BffUrl { get; set; } = "http://localhost:5000";
}
