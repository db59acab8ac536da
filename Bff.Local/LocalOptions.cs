namespace Bff.Local;

/// <summary>
/// Where the parts of the local system are found (section <c>Local</c>; as argument <c>--Local:BffUrl=…</c>, in the environment
/// <c>Local__BffUrl</c>). A part listens on its URL's port. The user pool's two URLs are <c>UserPool:DomainUrl</c> and
/// <c>UserPool:IssuerUrl</c>.
/// </summary>
internal sealed class LocalOptions
{
    public const string Section = "Local";

    /// <summary>Where the browser reaches the BFF.</summary>
    /// <value>Default <c>http://localhost:5000</c>.</value>
    public Uri BffUrl { get; set; } = new("http://localhost:5000");

    /// <summary>The port of the BFF's health and metrics.</summary>
    /// <value>Default <c>9090</c>.</value>
    public int ManagementPort { get; set; } = 9090;

    /// <summary>Where the browser reaches the single-page application.</summary>
    /// <value>Default <c>http://localhost:5173</c>.</value>
    public Uri SpaUrl { get; set; } = new("http://localhost:5173");

    /// <summary>Where the BFF reaches the API.</summary>
    /// <value>Default <c>http://localhost:5003</c>.</value>
    public Uri ApiUrl { get; set; } = new("http://localhost:5003");

    /// <summary>Which address the parts listen on: <c>localhost</c>, or <c>*</c> in a container.</summary>
    /// <value>Default <c>localhost</c>.</value>
    public string BindAddress { get; set; } = "localhost";

    /// <summary>An origin as a browser writes it: without the slash at the end.</summary>
    public static string Origin(Uri url) => url.GetLeftPart(UriPartial.Authority);

    /// <exception cref="CannotStartException">An address is none that a browser could open.</exception>
    public void DemandUsable()
    {
        Demand(nameof(BffUrl), BffUrl);
        Demand(nameof(SpaUrl), SpaUrl);
        Demand(nameof(ApiUrl), ApiUrl);
    }

    public string Listen(int port) => $"http://{BindAddress}:{port}";

    private static void Demand(string name, Uri url)
    {
        // "localhost:5000" is a URL too, of the scheme "localhost".
        if (url is not { IsAbsoluteUri: true, Scheme: "http" or "https", PathAndQuery: "/" })
        {
            throw new CannotStartException($"{Section}:{name} is '{url}'. It must be an origin, such as http://localhost:5000.");
        }
    }
}
