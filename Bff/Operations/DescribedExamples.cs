using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Bff.Operations;

/// <summary>Examples of successful answers, and what the answers without a body mean.</summary>
internal sealed class DescribedExamples : IOperationFilter
{
    private const string Me = """
        {
          "sub": "a7e4c2d0-3b51-70f2-9c1e-5d2f8a6b4c10",
          "claims": { "email": "alice@example.com", "email_verified": true, "cognito:groups": ["admins"] },
          "session": {
            "id": "Jd8s1mX0Qk2vT9yLr4wZbA",
            "createdAt": "2026-01-02T03:04:05+00:00",
            "idleExpiresAt": "2026-01-02T04:04:05+00:00",
            "expiresAt": "2026-01-02T15:04:05+00:00"
          },
          "accessToken": { "expiresAt": "2026-01-02T04:04:05+00:00", "scope": "openid email phone", "renewable": true }
        }
        """;

    private const string Login = """{ "authorizationUrl": "https://my-bff.auth.eu-central-1.amazoncognito.com/oauth2/authorize?response_type=code&client_id=6o7h8i9jexampleclientid&state=..." }""";

    private const string Logout = """{ "logoutUrl": "https://my-bff.auth.eu-central-1.amazoncognito.com/logout?client_id=6o7h8i9jexampleclientid&logout_uri=https%3A%2F%2Fapp.example.com%2F" }""";

    private const string Sessions = """
        {
          "sessions": [
            { "id": "Jd8s1mX0Qk2vT9yLr4wZbA", "createdAt": "2026-01-02T03:04:05+00:00", "lastSeenAt": "2026-01-02T03:10:00+00:00", "device": "Chrome on Windows", "current": true },
            { "id": "p0W3nC7uE5gHxK1oMfV6iQ", "createdAt": "2026-01-01T20:00:00+00:00", "lastSeenAt": "2026-01-01T21:30:00+00:00", "device": "Safari on iPhone", "current": false }
          ]
        }
        """;

    private const string Events = """
        event: session-refreshed
        data: {"accessToken":{"expiresAt":"2026-01-02T04:04:05+00:00","scope":"openid email phone","renewable":true}}

        event: session-expiring
        data: {"expiresAt":"2026-01-02T15:04:05+00:00","ifUnused":false}

        event: session-ended
        data: {"reason":"expired"}
        """;

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        var responses = operation.Responses!;
        switch (operation.OperationId)
        {
            case "login":
                Answer(responses, "200", "With `Accept: application/json`: where to send the browser.", Login);
                Empty(responses, "204", "A prefetch; nothing was begun.");
                Redirect(responses, "302", "To the identity provider's authorization endpoint. Sets the login cookie.");
                break;
            case "callback":
                Empty(responses, "204", "A prefetch; nothing was consumed.");
                Redirect(responses, "302", "To the return URL, signed in or with `?login_error=` and one of "
                    + "`access_denied`, `login_failed`, `login_required`, `provider_unavailable`. "
                    + "`login_required` answers `prompt=none`: the user would have to sign in or to consent on a page. Sets the session cookie.");
                break;
            case "me":
                Answer(responses, "200", "The user, the session and the state of the access token; never a token.", Me);
                break;
            case "refresh":
                Answer(responses, "200", "As `GET /me`, after the renewal.", Me);
                break;
            case "logout":
                Answer(responses, "200", "Signed out here. Navigate to `logoutUrl` to be signed out at the identity provider.", Logout);
                Empty(responses, "204", "A prefetch; nothing has ended.");
                Redirect(responses, "303", "To an HTML form: to the same URL.");
                break;
            case "sessions":
                Answer(responses, "200", "The sessions, the newest first.", Sessions);
                break;
            case "endSession" or "endOtherSessions":
                Empty(responses, "204", "Ended.");
                break;
            case "events":
                Answer(responses, "200", "The stream, until the session ends or the page closes it.", JsonValue.Create(Events), "text/event-stream");
                break;
            case "backChannelLogout":
                Empty(responses, "200", "Carried out; also where there was no such session.");
                break;
            default:
                throw new InvalidOperationException($"The operation {operation.OperationId} has no examples; write them here.");
        }
    }

    private static void Answer(OpenApiResponses responses, string status, string description, string example) => Answer(responses, status, description, JsonNode.Parse(example)!, "application/json");

    private static void Answer(OpenApiResponses responses, string status, string description, JsonNode example, string mediaType)
    {
        var response = (OpenApiResponse)responses[status];
        response.Description = description;
        ((OpenApiMediaType)response.Content![mediaType]).Example = example;
    }

    private static void Empty(OpenApiResponses responses, string status, string description) => responses[status] = new OpenApiResponse { Description = description };

    private static void Redirect(OpenApiResponses responses, string status, string description) => responses[status] = new OpenApiResponse
    {
        Description = description,
        Headers = new Dictionary<string, IOpenApiHeader> { ["Location"] = new OpenApiHeader { Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "uri" } } },
    };
}
