namespace Bff.Local.Api;

/// <summary>POST /api/echo: the request's body, with its content type, as it came.</summary>
internal static class EchoEndpoint
{
    public static void MapEcho(this IEndpointRouteBuilder routes) => routes.MapPost("/echo", HandleAsync);

    private static async Task HandleAsync(HttpContext http)
    {
        http.Response.ContentType = http.Request.ContentType;
        await http.Request.Body.CopyToAsync(http.Response.Body, http.RequestAborted);
    }
}
