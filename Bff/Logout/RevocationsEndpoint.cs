using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Bff.Errors;
using Bff.Oidc;
using Bff.Security;
using Bff.Sessions;
using Bff.Settings;
using Microsoft.AspNetCore.Http.Features;

namespace Bff.Logout;

/// <summary>
/// <c>POST /revocations</c> on the management port: ends all sessions of a user, on all instances. The bridge for a provider without
/// back-channel logout: Cognito does not notify the BFF when a user is disabled. Exists only with <c>Bff:ManagementKey</c>.
/// </summary>
internal static partial class RevocationsEndpoint
{
    private const int MaximumBody = 4096;

    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        AllowDuplicateProperties = false,
    };

    private static readonly ProblemCode InvalidKey =
        new("invalid_key", 401, "The management key is missing or wrong",
        "Send Authorization: Bearer with the value of Bff:ManagementKey.");

    private static readonly ProblemCode TooManyKeys = ProblemCode.RateLimited with
    {
        Title = "Too many wrong management keys from this address",
        Detail = "The right one is accepted at any time.",
    };

    private static readonly ProblemCode NoSubject = ProblemCode.InvalidRequest with
    {
        Detail = """Send {"sub":"…"} and nothing else: the user's identifier at the identity provider.""",
    };

    private sealed record Revocation(string Sub);

    public static void MapRevocations(this IEndpointRouteBuilder management, BffOptions options)
    {
        if (options.ManagementKey is not null) management.MapPost("/revocations", HandleAsync).ExcludeFromDescription();
    }

    private static async Task HandleAsync(HttpContext context)
    {
        var services = context.RequestServices;
        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(RevocationsEndpoint).FullName!);
        var keys = services.GetRequiredService<Secrets>().ManagementKeys;
        if (!keys.Any(key => HasKey(context.Request, key)))
        {
            await RefuseAsync(context, logger);
            return;
        }
        if (!context.Request.HasJsonContentType())
        {
            await new Problem(ProblemCode.UnsupportedMediaType).ExecuteAsync(context);
            return;
        }
        if (await ReadAsync(context) is not { Sub.Length: > 0 } revocation)
        {
            await new Problem(NoSubject).ExecuteAsync(context);
            return;
        }
        var user = SessionIndexKey.OfUser(services.GetRequiredService<OidcOptions>().Authority, revocation.Sub);
        var ended = await services.GetRequiredService<SessionEnding>().EndAllAsync([user], EndReason.Revoked);
        Log.Revoked(logger, ProviderText.Printable(revocation.Sub), ended);
        if (!HasKey(context.Request, keys[0])) Log.PreviousKey(logger);
        context.Response.StatusCode = StatusCodes.Status202Accepted;
    }

    // By their hashes, so that neither content nor length shows in the time it takes. A character of a header is a byte.
    private static bool HasKey(HttpRequest request, string key) =>
        request.Headers.Authorization is [{ } header] && header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
        && CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(Encoding.Latin1.GetBytes(header["Bearer ".Length..])), SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    private static async Task RefuseAsync(HttpContext context, ILogger logger)
    {
        if (context.RequestServices.GetRequiredService<RefusalLimit>().WaitAfter(context, "/revocations") is { } wait)
        {
            await new Problem(TooManyKeys, wait).ExecuteAsync(context);
            return;
        }
        Log.WrongKey(logger);
        context.Response.Headers.WWWAuthenticate = "Bearer";
        await new Problem(InvalidKey).ExecuteAsync(context);
    }

    private static async Task<Revocation?> ReadAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = MaximumBody;
        try
        {
            // UTF-8 whatever the media type says: JSON has no other (RFC 8259 section 8.1).
            return await JsonSerializer.DeserializeAsync<Revocation>(context.Request.Body, Strict, context.RequestAborted);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "user_revoked: The operator ended all sessions of user {Sub}: {Count}.")]
        public static partial void Revoked(ILogger logger, string sub, int count);

        [LoggerMessage(2, LogLevel.Warning, "revocation_refused: POST /revocations was refused: wrong management key.")]
        public static partial void WrongKey(ILogger logger);

        [LoggerMessage(3, LogLevel.Information, "previous_key_used: POST /revocations was sent with "
            + "Bff:PreviousManagementKey. Give its caller the new key.")]
        public static partial void PreviousKey(ILogger logger);
    }
}
