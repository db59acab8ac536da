using Bff.Errors;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Bff.Operations;

/// <summary>The proxied API, whose routes the operator configures: what holds for all of them.</summary>
internal sealed class ProxyOperations : IDocumentFilter
{
    private static readonly ProblemCode[] Problems =
    [
        ProblemCode.AmbiguousPath, ProblemCode.NoSession, ProblemCode.SessionEnded, ProblemCode.Csrf, ProblemCode.NotFound,
        ProblemCode.ApiUnreachable, ProblemCode.ApiBrokeOff, ProblemCode.StoreUnavailable,
        ProblemCode.ProviderUnavailable, ProblemCode.ApiTimeout,
    ];

    public void Apply(OpenApiDocument swaggerDoc, DocumentFilterContext context)
    {
        var schema = context.SchemaGenerator.GenerateSchema(typeof(ProblemBody), context.SchemaRepository);
        (swaggerDoc.Tags ??= new HashSet<OpenApiTag>()).Add(new OpenApiTag { Name = "API" });
        HttpMethod[] methods = [HttpMethod.Get, HttpMethod.Post, HttpMethod.Put, HttpMethod.Patch, HttpMethod.Delete];
        swaggerDoc.Paths["/api/{path}"] =
            new OpenApiPathItem { Operations = methods.ToDictionary(method => method, method => Operation(method, schema, swaggerDoc)) };
    }

    /// <summary>A path of the local system's API that has the method, so that the example can be executed there.</summary>
    private static string LocalExample(HttpMethod method) => method.Method switch { "GET" => "hello", "POST" => "echo", _ => "status/200" };

    private static OpenApiOperation Operation(HttpMethod method, IOpenApiSchema schema, OpenApiDocument document)
    {
        var verb = method.Method.ToLowerInvariant();
        var operation = new OpenApiOperation
        {
            OperationId = verb + "Api",
            Tags = new HashSet<OpenApiTagReference> { new("API", document) },
            Summary = $"{method.Method} to the API.",
            Description = "Proxied with the session's access token instead of the cookie. The API's own answers, errors included, pass "
                + "unchanged; headers that speak to the browser about this origin do not. A WebSocket or an EventSource, which cannot "
                + "send X-CSRF, opens from an allowed Origin without it; it is cut when the session ends. Where a request can be sent "
                + "again (GET, HEAD, OPTIONS, PUT or DELETE without a body), a 401 of the API has the token renewed and the request "
                + "sent once more; any other 401 passes.",
            Parameters = [new OpenApiParameter { Name = "path", In = ParameterLocation.Path, Required = true,
                Description = "The path at the API; may contain slashes.", Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            Example = LocalExample(method) }],
            Security = SecurityRequirements.Alternatives(document, needsSession: true, needsHeader: method != HttpMethod.Get),
            Responses = new OpenApiResponses { ["200"] = new OpenApiResponse { Description = "The API's answer, whatever its status." } },
        };
        if (method != HttpMethod.Get && method != HttpMethod.Delete)
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Description = "Whatever the API takes.",
                Content = new Dictionary<string, IOpenApiMediaType>
                {
                    ["application/json"] = new OpenApiMediaType { Schema = new OpenApiSchema() },
                },
            };
        }
        ProblemResponses.Add(operation, Problems, schema, document);
        return operation;
    }
}
