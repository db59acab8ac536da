using System.Globalization;
using Bff.Errors;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Bff.Operations;

/// <summary>
/// Refers each operation to the problems that it can answer with. Problems of one status that occur together are one response.
/// </summary>
internal sealed class ProblemResponses : IOperationFilter
{
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        var problems = context.ApiDescription.ActionDescriptor.EndpointMetadata.OfType<ProducesProblems>();
        var schema = context.SchemaGenerator.GenerateSchema(typeof(ProblemBody), context.SchemaRepository);
        Add(operation, problems.SelectMany(problem => problem.Codes), schema, context.Document);
    }

    public static void Add(OpenApiOperation operation, IEnumerable<ProblemCode> codes, IOpenApiSchema schema, OpenApiDocument document)
    {
        operation.Responses ??= [];
        var shared = (document.Components ??= new OpenApiComponents()).Responses ??= new Dictionary<string, IOpenApiResponse>();
        foreach (var byStatus in codes.Append(ProblemCode.InternalError).GroupBy(code => code.Status).OrderBy(group => group.Key))
        {
            var names = byStatus.Select(code => code.Code).Distinct().Order(StringComparer.Ordinal).ToList();
            var name = string.Join(".", names);
            var titles = byStatus.DistinctBy(code => code.Code).OrderBy(code => code.Code, StringComparer.Ordinal);
            shared.TryAdd(name, new OpenApiResponse
            {
                Description = string.Join(' ', titles.Select(code => $"`{code.Code}`: {code.Title}.")),
                Headers = byStatus.Key is 429 or 503 ? RetryAfter() : null,
                Content = new Dictionary<string, IOpenApiMediaType> { [Problem.MediaType] = new OpenApiMediaType { Schema = schema } },
            });
            operation.Responses[byStatus.Key.ToString(CultureInfo.InvariantCulture)] = new OpenApiResponseReference(name, document);
        }
    }

    private static Dictionary<string, IOpenApiHeader> RetryAfter() => new()
    {
        ["Retry-After"] = new OpenApiHeader
        {
            Description = "Seconds to wait.",
            Schema = new OpenApiSchema { Type = JsonSchemaType.Integer },
        },
    };
}
