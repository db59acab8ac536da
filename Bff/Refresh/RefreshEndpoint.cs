using Bff.Errors;
using Bff.Security;
using Bff.Sessions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Bff.Refresh;

/// <summary><c>POST /refresh</c>: renews the tokens now.</summary>
internal static class RefreshEndpoint
{
    public static IServiceCollection AddRefresh(this IServiceCollection services) => services
        .AddSingleton<RefreshLeases>()
        .AddSingleton<RefreshDue>()
        .AddSingleton<TokenRenewal>()
        .AddSingleton<LeasedRefresh>()
        .AddSingleton<SessionRefresher>()
        .AddHostedService(services => services.GetRequiredService<SessionRefresher>());

    public static void MapRefresh(this IEndpointRouteBuilder app) => app.MapPost("/refresh", HandleAsync)
        .WithName("refresh").WithTags("Session")
        .RequireCsrfHeader()
        .AddEndpointFilter<RequireSession>()
        .Produces<MeResponse>()
        .Problems(ProblemCode.NoSession, ProblemCode.SessionEnded, ProblemCode.Csrf, ProblemCode.NoRefreshToken,
            ProblemCode.StoreUnavailable, ProblemCode.ProviderUnavailable);

    /// <summary>Renews the tokens.</summary>
    /// <remarks>
    /// An SPA need not call this: tokens are renewed when they are used near their expiry. Use it to see changed claims at once. A
    /// second call within a few seconds answers with the session as it is.
    /// </remarks>
    /// <response code="200">As `GET /me`, after the renewal.</response>
    private static async Task<Results<Ok<MeResponse>, Problem>> HandleAsync(
        HttpContext context, CurrentSession current, SessionRefresher refresher, SessionCookie cookie, SessionOptions options,
        CancellationToken cancellationToken)
    {
        switch (await refresher.RefreshAsync(current.Session, force: true, cancellationToken))
        {
            case RefreshOutcome.Usable usable:
                return TypedResults.Ok(MeResponse.Of(usable.Session, options));
            case RefreshOutcome.NotRenewable:
                return new Problem(ProblemCode.NoRefreshToken);
            case RefreshOutcome.Ended:
                cookie.Delete(context.Response);
                return new Problem(ProblemCode.SessionEnded);
            case RefreshOutcome.Gone:
                return new Problem(ProblemCode.SessionEnded);
            case RefreshOutcome.Unavailable unavailable:
                return new Problem(ProblemCode.ProviderUnavailable, unavailable.RetryAfter);
            case var unknown:
                throw new InvalidOperationException($"No such outcome: {unknown}");
        }
    }
}
