using Bff.Settings;

namespace Bff.Operations;

/// <summary><c>/swagger/</c> and <c>/openapi.yaml</c>, on the public port, unless <c>Bff:Swagger</c> is false.</summary>
internal static class SwaggerPages
{
    public const string Document = "openapi";

    public static void MapSwaggerPages(this WebApplication app)
    {
        if (!app.Services.GetRequiredService<BffOptions>().Swagger) return;

        // Under its own path: as a pattern it would claim every path of one segment for the methods that it has not.
        var document = ((IEndpointRouteBuilder)app).CreateApplicationBuilder().UseSwagger(options => options.RouteTemplate = "{documentName}.{extension:regex(^yaml$)}").Build();
        app.MapGet("/openapi.yaml", document).ExcludeFromDescription();
        // It maps all methods, and answers 404 to those that it does not mean.
        app.MapSwaggerUI("swagger", options => options.IndexStream = () => Resource("index.html")).WithMetadata(new HttpMethodMetadata(["GET"])).ExcludeFromDescription();
        app.MapGet("/swagger/start.js", () => TypedResults.Stream(Resource("start.js"), "text/javascript; charset=utf-8"))
            .ExcludeFromDescription();
    }

    private static Stream Resource(string name) =>
        typeof(SwaggerPages).Assembly.GetManifestResourceStream($"Bff.Operations.Swagger.{name}") ?? throw new InvalidOperationException($"The resource {name} is not in the assembly.");
}
