using Bff.Errors;
using Bff.Security;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Bff.Operations;

/// <summary>Says of each operation whether it wants the cookie and the header, and what else it takes.</summary>
internal sealed class SecurityRequirements : IOperationFilter
{
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        var metadata = context.ApiDescription.ActionDescriptor.EndpointMetadata;
        if (metadata.OfType<CsrfHeaderRequired>().LastOrDefault() is not { } demand) return;

        var needsSession = metadata.OfType<ProducesProblems>().Any(problems => problems.Codes.Contains(ProblemCode.NoSession));
        operation.Security = Alternatives(context.Document, needsSession, needsHeader: !demand.FormsMayPost && !demand.StreamsMayOpen);
    }

    /// <summary>
    /// The combinations that an endpoint accepts, the usual one first. OpenAPI has no scheme for what replaces the CSRF header, for example
    /// an allowed origin; the endpoint's description names it.
    /// </summary>
    public static List<OpenApiSecurityRequirement> Alternatives(OpenApiDocument document, bool needsSession, bool needsHeader)
    {
        string[][] alternatives =
            [[ApiDescription.SessionScheme, ApiDescription.CsrfScheme], [ApiDescription.SessionScheme], [ApiDescription.CsrfScheme], []];
        return
        [
            .. alternatives
                .Where(schemes => (!needsSession || schemes.Contains(ApiDescription.SessionScheme))
                    && (!needsHeader || schemes.Contains(ApiDescription.CsrfScheme)))
                .Select(schemes => Requirement(document, schemes)),
        ];
    }

    private static OpenApiSecurityRequirement Requirement(OpenApiDocument document, string[] schemes)
    {
        var requirement = new OpenApiSecurityRequirement();
        foreach (var scheme in schemes) requirement[new OpenApiSecuritySchemeReference(scheme, document)] = [];
        return requirement;
    }
}
