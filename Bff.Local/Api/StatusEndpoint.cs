namespace Bff.Local.Api;

/// <summary>/api/status/{code}, any method: that status, with a body of the API's own.</summary>
internal static class StatusEndpoint
{
    public static void MapStatus(this IEndpointRouteBuilder routes) => routes.Map("/status/{code:int:range(200,599)}", Handle);

    private static IResult Handle(int code) =>
        code is StatusCodes.Status204NoContent or StatusCodes.Status205ResetContent or StatusCodes.Status304NotModified
            ? TypedResults.StatusCode(code)
            : TypedResults.Json(new Answer("api", code), statusCode: code);

    private sealed record Answer(string From, int Status);
}
