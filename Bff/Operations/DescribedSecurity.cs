using Bff.Security;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Bff.Operations;

/// <summary>Says of each operation whether it wants the cookie and the header.</summary>
internal sealed class DescribedSecurity : IOperationFilter
{
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        var metadata = context.ApiDescription.ActionDescriptor.EndpointMetadata;
        if (metadata.OfType<CsrfHeaderRequired>().Any()) operation.Security = [Both(context.Document)];
    }

    public static OpenApiSecurityRequirement Both(OpenApiDocument document) => new()
    {
        [new OpenApiSecuritySchemeReference(ApiDescription.SessionScheme, document)] = [],
        [new OpenApiSecuritySchemeReference(ApiDescription.CsrfScheme, document)] = [],
    };
}
