namespace Bff.Local.Spa;

/// <summary>Settings of the local single-page application's server (section <c>Spa</c>).</summary>
internal sealed class SpaOptions
{
    public const string Section = "Spa";

    /// <summary>Where it listens, in the form of <c>ASPNETCORE_URLS</c>.</summary>
    /// <value>Default: the port of <c>Local:SpaUrl</c>, <c>http://localhost:5173</c>.</value>
    public string Listen { get; set; } = "http://localhost:5173";

    /// <summary>Where the browser reaches the BFF: an origin, without a path.</summary>
    /// <value>Default: <c>Local:BffUrl</c>, <c>http://localhost:5000</c>.</value>
    public string BffUrl { get; set; } = "http://localhost:5000";
}
