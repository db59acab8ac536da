using System.Globalization;
using Bff.Sessions;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Bff.Operations;

/// <summary>The contract in OpenAPI's words; <c>openapi.yaml</c> at the top of the repository is exactly this.</summary>
internal static class ApiDescription
{
    public const string SessionScheme = "session", CsrfScheme = "csrf";

    private static readonly string[] Order =
        ["login", "callback", "me", "refresh", "logout", "sessions", "sessions/{id}", "events", "backchannel-logout"];

    private const string Introduction = """
        A backend-for-frontend for Amazon Cognito: it signs users in, keeps their tokens, and gives the browser a cookie instead.

        To try it here, [sign in](/login?returnUrl=/swagger/); or execute `GET /login` with `returnUrl=/swagger/` and open the
        `authorizationUrl` of the answer. *Authorize* is not needed, and nothing has to be entered there. Then `/me`, `/refresh`,
        `/sessions`, `/logout` and `/api/**` work from this page: it sends `X-CSRF` by itself.
        `/events` is a stream, and this page shows an answer only once it has ended: open it with an `EventSource`.

        Every error is `application/problem+json` (RFC 9457) with a stable `code`. A browser's navigation gets a page instead.
        Besides what each operation lists there are 400 `invalid_request` for malformed HTTP, 404 `not_found`, 405 `method_not_allowed`
        with `Allow`, 413 `too_large` and 415 `unsupported_media_type`; and 414 and 431 without a body.
        """;

    public static IServiceCollection AddApiDescription(this IServiceCollection services, SessionOptions session) => services
        .AddEndpointsApiExplorer()
        .AddSwaggerGen(options => Describe(options, session));

    private static void Describe(SwaggerGenOptions options, SessionOptions session)
    {
        options.SwaggerDoc(SwaggerPages.Document, new OpenApiInfo { Title = "BFF", Version = "1", Description = Introduction });
        options.AddSecurityDefinition(SessionScheme, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.ApiKey,
            In = ParameterLocation.Cookie,
            Name = session.CookieName,
            Description = "The session cookie. Nothing has to be entered here: sign in, and the browser keeps and sends it. No script "
                + "can read it.",
        });
        options.AddSecurityDefinition(CsrfScheme, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.ApiKey,
            In = ParameterLocation.Header,
            Name = Security.CrossSiteGuard.Header,
            Description = "Always `1`. Nothing has to be entered here: Swagger UI sends it by itself. Another site's page cannot send it.",
        });
        options.IncludeXmlComments(typeof(ApiDescription).Assembly);
        options.SupportNonNullableReferenceTypes();
        options.NonNullableReferenceTypesAsRequired();
        options.MapType<UserClaims>(() => new OpenApiSchema { Type = JsonSchemaType.Object, AdditionalPropertiesAllowed = true });
        options.CustomSchemaIds(type =>
            type.IsNested ? type.DeclaringType!.Name.Replace("Endpoint", "", StringComparison.Ordinal) + type.Name : type.Name);
        options.OrderActionsBy(action =>
            Array.IndexOf(Order, action.RelativePath?.TrimEnd('/')).ToString("00", CultureInfo.InvariantCulture));
        options.SchemaFilter<MemberDescriptions>();
        options.ParameterFilter<MemberDescriptions>();
        options.OperationFilter<ProblemResponses>();
        options.OperationFilter<SecurityRequirements>();
        options.DocumentFilter<ProxyOperations>();
    }
}
