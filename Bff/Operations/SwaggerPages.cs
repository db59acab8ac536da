using Bff.Configuration;
using Microsoft.AspNetCore.Cors;

namespace Bff.Operations;

/// <summary><c>/swagger/</c> and <c>/openapi.yaml</c>, on the public port, unless <c>Bff:Swagger</c> is false.</summary>
internal static class SwaggerPages
{
    public const string Document = "openapi";

    public static void UseSwaggerPages(this WebApplication app)
    {
        if (!app.Services.GetRequiredService<BffOptions>().Swagger) return;

        app.UseSwagger(options => options.RouteTemplate = "{documentName}.{extension:regex(^yaml$)}");
        app.UseSwaggerUI(options =>
        {
            options.RoutePrefix = "swagger";
            options.IndexStream = () => Resource("index.html");
        });
        app.MapGet("/swagger/start.js", () => TypedResults.Stream(Resource("start.js"), "text/javascript; charset=utf-8"))
            .WithMetadata(new DisableCorsAttribute())
            .ExcludeFromDescription();
    }

    private static Stream Resource(string name) =>
        typeof(SwaggerPages).Assembly.GetManifestResourceStream($"Bff.Operations.Swagger.{name}") ?? throw new InvalidOperationException($"The resource {name} is not in the assembly.");
}
