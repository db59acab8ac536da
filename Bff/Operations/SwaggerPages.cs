using Bff.Settings;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Bff.Operations;

/// <summary><c>/swagger/</c> and <c>/openapi.yaml</c>, on the public port, unless <c>Bff:Swagger</c> is false.</summary>
internal static class SwaggerPages
{
    public const string Document = "openapi";

    private static readonly string[] Methods = ["GET", "HEAD"];

    public static void MapSwaggerPages(this WebApplication app)
    {
        if (!app.Services.GetRequiredService<BffOptions>().Swagger) return;

        // Under its own path: as a pattern it would claim every path of one segment for the methods that it has not.
        var document = ((IEndpointRouteBuilder)app).CreateApplicationBuilder()
            .UseSwagger(options => options.RouteTemplate = "{documentName}.{extension:regex(^yaml$)}").Build();
        app.MapMethods("/openapi.yaml", Methods, document).ExcludeFromDescription().Add(AsGet);
        // It maps all methods, and answers 404 to those that it does not mean.
        app.MapSwaggerUI("swagger", options => options.IndexStream = () => Resource("index.html"))
            .WithMetadata(new HttpMethodMetadata(Methods)).ExcludeFromDescription().Add(AsGet);
        // Swagger UI's own redirect loses the query, and with it login_error.
        app.MapMethods("/swagger", Methods, RedirectToIndex).ExcludeFromDescription();
        app.MapMethods("/swagger/start.js", Methods, () => Results.Stream(Resource("start.js"), "text/javascript; charset=utf-8"))
            .ExcludeFromDescription();
    }

    // Swashbuckle answers GET alone; the body of an answer to HEAD is the server's to leave out (RFC 9110 section 9.3.2).
    private static void AsGet(EndpointBuilder endpoint)
    {
        var answer = endpoint.RequestDelegate!;
        endpoint.RequestDelegate = context =>
        {
            context.Request.Method = HttpMethods.Get;
            return answer(context);
        };
    }

    private static RedirectHttpResult RedirectToIndex(HttpRequest request) =>
        TypedResults.Redirect("/swagger/index.html" + request.QueryString, permanent: true);

    private static Stream Resource(string name) =>
        typeof(SwaggerPages).Assembly.GetManifestResourceStream($"Bff.Operations.Swagger.{name}")
            ?? throw new InvalidOperationException($"The resource {name} is not in the assembly.");
}
