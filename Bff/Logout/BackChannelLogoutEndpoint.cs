using System.ComponentModel;
using System.Text.Json.Serialization;
using Bff.Errors;
using Bff.Oidc;
using Bff.Security;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace Bff.Logout;

/// <summary>
/// <c>POST /backchannel-logout</c>: the provider, not a browser, says that a user has signed out. Cognito does not have it: there
/// the endpoint answers 404.
/// </summary>
internal static partial class BackChannelLogoutEndpoint
{
    private const string Path = "/backchannel-logout", FormType = "application/x-www-form-urlencoded", Parameter = "logout_token";

    private static readonly ProblemCode NoToken = ProblemCode.InvalidRequest with { Detail = $"Send {Parameter} as a form, once." };

    private static readonly ProblemCode NotNow = ProblemCode.ProviderUnavailable with
    {
        Title = "The logout token can't be judged at present",
        Detail = "The provider's keys could not be read. Send it again after the time in Retry-After.",
    };

    private static readonly ProblemCode TooMany = ProblemCode.RateLimited with
    {
        Title = "Too many refused logout tokens from this address",
        Detail = "A valid one is accepted at any time.",
    };

    internal sealed record Form([property: JsonPropertyName(Parameter),
        Description("The provider's signed logout token (OpenID Connect Back-Channel Logout 2.4).")] string LogoutToken);

    public static void MapBackChannelLogout(this WebApplication app)
    {
        var isCognito = app.Services.GetRequiredService<OidcOptions>().IsCognito;
        app.MapPost(Path, HandleAsync)
            .WithName("backChannelLogout").WithTags("Session")
            .Accepts<Form>(FormType)
            .DisableAntiforgery()
            .Produces(StatusCodes.Status200OK)
            .Problems(ProblemCode.InvalidRequest with { Detail = "Says what was expected of the token." }, ProblemCode.Csrf,
                ProblemCode.NotFound, TooMany, ProblemCode.StoreUnavailable, NotNow);
        if (isCognito) app.Map(Path, Absent).ExcludeFromDescription();
    }

    private static Problem Absent() =>
        new(ProblemCode.NotFound with
        {
            Detail = "Cognito has no back-channel logout, so this exists with another provider only (Oidc:Provider).",
        });

    /// <summary>The provider ends sessions.</summary>
    /// <remarks>
    /// OpenID Connect Back-Channel Logout 1.0: register this URL at the provider. By `sid` the sessions of that session at the provider
    /// end, by `sub` all of the user, with both those of both, on all instances at once. A token is accepted once. With Cognito, which
    /// has no back-channel logout, this is 404.
    /// </remarks>
    /// <response code="200">The sessions have ended, also if there was none.</response>
    private static async Task<Results<Ok, Problem>> HandleAsync(HttpContext context, BackChannelLogout logout, RefusalLimit refusals,
        ILoggerFactory loggers, OidcOptions oidc)
    {
        if (oidc.IsCognito) return Absent();
        var request = context.Request;
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !type.MediaType.Equals(FormType, StringComparison.OrdinalIgnoreCase)) return new Problem(ProblemCode.UnsupportedMediaType);

        var verdict = await ReadTokenAsync(request) is { } token ? await logout.EndAsync(token, context.RequestAborted)
            : new Verdict<LogoutToken>.Refused(NoToken.Detail);
        if (verdict is Verdict<LogoutToken>.Accepted) return TypedResults.Ok();

        if (refusals.WaitAfter(context, Path) is { } wait) return new Problem(TooMany, wait);
        var logger = loggers.CreateLogger(typeof(BackChannelLogoutEndpoint).FullName!);
        switch (verdict)
        {
            case Verdict<LogoutToken>.Refused refused:
                Log.Refused(logger, refused.Reason);
                return new Problem(ProblemCode.InvalidRequest with { Detail = refused.Reason });
            case Verdict<LogoutToken>.Undecided:
                Log.Undecided(logger);
                return new Problem(NotNow, ProviderMetadata.KeyRefreshCoolDown);
            case var unknown:
                throw new InvalidOperationException($"No such verdict: {unknown}");
        }
    }

    private static async Task<string?> ReadTokenAsync(HttpRequest request)
    {
        try
        {
            return (await request.ReadFormAsync(request.HttpContext.RequestAborted))[Parameter] is [{ Length: > 0 } token] ? token : null;
        }
        // Too many fields, or names that are too long.
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "logout_token_refused: A logout token was refused: {Reason}")]
        public static partial void Refused(ILogger logger, string reason);

        [LoggerMessage(2, LogLevel.Information,
            "logout_token_undecided: A logout token could not be judged, because the provider's keys could not be read.")]
        public static partial void Undecided(ILogger logger);
    }
}
