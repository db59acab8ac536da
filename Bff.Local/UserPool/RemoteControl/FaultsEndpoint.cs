using System.Text.Json;
using Bff.Local.UserPool.Tokens;

namespace Bff.Local.UserPool.RemoteControl;

/// <summary><c>/faults</c> on the issuer's port: the remote control for other processes.</summary>
internal static class FaultsEndpoint
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        WriteIndented = true,
    };

    public static void MapFaults(this IEndpointRouteBuilder issuer)
    {
        issuer.MapGet(PoolPaths.Faults, (Faults faults) => Results.Json(faults.Plan, Json));
        issuer.MapPut(PoolPaths.Faults, PutAsync);
        issuer.MapDelete(PoolPaths.Faults, Clear);
        issuer.MapPost(PoolPaths.KeyRotation, Rotate);
    }

    private static async Task<IResult> PutAsync(HttpContext context, Faults faults, CancellationToken cancellationToken)
    {
        try
        {
            // No form and no cross-site script can send this type without a preflight, which is not answered.
            if (!context.Request.HasJsonContentType())
            {
                return Results.StatusCode(StatusCodes.Status415UnsupportedMediaType);
            }

            var plan = await JsonSerializer.DeserializeAsync<FaultPlan>(context.Request.Body, Json, cancellationToken) ?? new();
            if (plan.Endpoints.Keys.FirstOrDefault(path => !PoolPaths.WithFaults.Contains(path)) is { } unknown)
            {
                var known = string.Join(", ", PoolPaths.WithFaults);
                return Results.BadRequest(new { error = $"There is no endpoint '{unknown}'. The endpoints are {known}." });
            }

            faults.Plan = plan;
            return Results.Json(faults.Plan, Json);
        }
        catch (JsonException wrong)
        {
            return Results.BadRequest(new { error = wrong.Message });
        }
    }

    private static IResult Clear(Faults faults)
    {
        faults.Clear();
        return Results.NoContent();
    }

    /// <summary>New keys at once; <c>?keepOld=true</c> leaves the old ones published beside them.</summary>
    private static IResult Rotate(HttpContext context, SigningKeys keys, bool keepOld = false)
    {
        // A page of another origin could post here without asking: it says so in its Origin.
        if (context.Request.Headers.Origin.Count > 0)
        {
            return Results.StatusCode(StatusCodes.Status403Forbidden);
        }

        keys.Rotate(keepOld);
        return Results.NoContent();
    }
}
