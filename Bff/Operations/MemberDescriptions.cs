using System.ComponentModel;
using System.Reflection;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Bff.Operations;

/// <summary>Takes the descriptions of members from their <see cref="DescriptionAttribute"/>.</summary>
internal sealed class MemberDescriptions : ISchemaFilter, IParameterFilter
{
    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        if (context.MemberInfo?.GetCustomAttribute<DescriptionAttribute>() is { } description && schema is OpenApiSchema described)
            described.Description = description.Description;
    }

    // A parameter says it already.
    public void Apply(IOpenApiParameter parameter, ParameterFilterContext context)
    {
        if (parameter.Schema is OpenApiSchema schema) schema.Description = null;
    }
}
