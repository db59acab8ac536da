using System.Globalization;
using System.Text.Json;
using Bff.Errors;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Bff.Operations;

/// <summary>Says of each error status which <c>code</c>s it can carry, with an example of each.</summary>
internal sealed class DescribedProblems : IOperationFilter
{
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        var codes = context.ApiDescription.ActionDescriptor.EndpointMetadata.OfType<ProducesProblems>().SelectMany(problems => problems.Codes).ToArray();
        Describe(operation, codes, context.SchemaGenerator.GenerateSchema(typeof(ProblemBody), context.SchemaRepository));
    }

    public static void Describe(OpenApiOperation operation, IEnumerable<ProblemCode> codes, IOpenApiSchema schema)
    {
        operation.Responses ??= [];
        foreach (var byStatus in codes.Append(ProblemCode.InternalError).GroupBy(code => code.Status).OrderBy(group => group.Key))
        {
            operation.Responses[byStatus.Key.ToString(CultureInfo.InvariantCulture)] = new OpenApiResponse
            {
                Description = string.Join(" ", byStatus.Select(code => $"`{code.Code}`: {code.Title}.")),
                Headers = byStatus.Key is 429 or 503 ? RetryAfter() : null,
                Content = new Dictionary<string, IOpenApiMediaType>
                {
                    [Problem.MediaType] = new OpenApiMediaType { Schema = schema, Examples = byStatus.ToDictionary(code => code.Code, Example) },
                },
            };
        }
    }

    private static Dictionary<string, IOpenApiHeader> RetryAfter() => new()
    {
        ["Retry-After"] = new OpenApiHeader { Description = "Seconds to wait.", Schema = new OpenApiSchema { Type = JsonSchemaType.Integer } },
    };

    private static IOpenApiExample Example(ProblemCode code) => new OpenApiExample
    {
        Value = JsonSerializer.SerializeToNode(
            new ProblemBody($"urn:bff:problem:{code.Code}", code.Title, code.Status, code.Detail, code.Code, "4bf92f3577b34da6a3ce929d0e0e4736",
                code.Status == 401 ? "https://bff.example.com/login" : null,
                code == ProblemCode.InvalidRequest ? new Dictionary<string, string[]> { ["returnUrl"] = ["returnUrl must be a path that starts with one slash, a URL on a configured SPA origin, or /swagger/, of at most 2000 bytes."] } : null),
            JsonSerializerOptions.Web)!,
    };
}
