namespace Bff.Local.UserPool.Pages;

/// <summary>The style sheet and the mark of all pages.</summary>
internal static class AssetsEndpoint
{
    public static void MapAssets(this IEndpointRouteBuilder domain)
    {
        domain.MapGet("/assets/pool.css", () => Asset("pool.css", "text/css;charset=UTF-8"));
        domain.MapGet("/assets/pool.svg", () => Asset("pool.svg", "image/svg+xml"));
        domain.MapGet("/favicon.ico", () => Asset("pool.svg", "image/svg+xml"));
    }

    private static IResult Asset(string name, string contentType) =>
        Results.Stream(typeof(AssetsEndpoint).Assembly.GetManifestResourceStream("userpool/" + name)!, contentType);
}
