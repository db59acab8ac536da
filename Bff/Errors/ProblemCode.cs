using System.Collections.ObjectModel;

namespace Bff.Errors;

/// <summary>One kind of failure that clients recognize by its stable <c>code</c>.</summary>
/// <param name="Title">What happened, for a person.</param>
/// <param name="Detail">What to do about it.</param>
internal sealed record ProblemCode(string Code, int Status, string Title, string Detail)
{
    public static readonly ProblemCode InvalidRequest =
        new("invalid_request", 400, "The request is not valid", "Correct the parameters and send it again.");
    public static readonly ProblemCode AmbiguousPath = InvalidRequest with
    {
        Detail = "The API could read the path as another one. Send it without encoded dot segments, backslashes, control characters, "
            + "and slashes that are encoded twice.",
    };
    public static readonly ProblemCode LoginExpired =
        new("login_expired", 400, "This sign-in can't be completed",
        "It has expired, was completed already, or was begun in another browser. Sign in again.");
    public static readonly ProblemCode NoSession = new("no_session", 401, "No user is signed in", "Send the browser to loginUrl.");
    public static readonly ProblemCode SessionEnded = new("session_ended", 401, "The session has ended", "Send the browser to loginUrl.");
    public static readonly ProblemCode Csrf =
        new("csrf", 403, "The request could come from another site",
        "Send the header X-CSRF: 1 from an allowed origin. /login is for navigations, or for programs that send Accept: application/json.");
    public static readonly ProblemCode NotFound = new("not_found", 404, "There is nothing here", "See /swagger/ for what there is.");
    public static readonly ProblemCode MethodNotAllowed =
        new("method_not_allowed", 405, "The method is not allowed here", "Use one of the methods in the Allow header.");
    public static readonly ProblemCode NoRefreshToken = new("no_refresh_token", 409, "The session cannot be renewed",
        "The sign-in service gave no refresh token. The session works until its access token expires.");
    public static readonly ProblemCode TooLarge = new("too_large", 413, "The request is too large", "Send less.");
    public static readonly ProblemCode UnsupportedMediaType =
        new("unsupported_media_type", 415, "The media type is not supported",
        "Send a body of the documented type and say so in Content-Type; where none is documented, send none.");
    public static readonly ProblemCode RateLimited = new("rate_limited", 429, "Too many requests", "Wait as long as Retry-After says.");
    public static readonly ProblemCode InternalError = new("internal_error", 500, "Something went wrong on the server",
        "Try again. If it lasts, contact support with the traceId.");
    public static readonly ProblemCode ApiUnreachable = new("api_unreachable", 502, "The API cannot be reached", "Try again later.");
    public static readonly ProblemCode NoHttpFromApi = ApiUnreachable with
    {
        Title = "The API gave no usable answer",
        Detail = "It was reached, but its answer is missing, breaks off, or is not valid HTTP. If it lasts, contact support with the "
            + "traceId.",
    };
    public static readonly ProblemCode ApiBrokeOff = InternalError with
    {
        Status = 502,
        Title = NoHttpFromApi.Title,
        Detail = "It was reached and may have carried the request out. Check before you send it again; if it lasts, contact support "
            + "with the traceId.",
    };
    public static readonly ProblemCode StoreUnavailable = new("store_unavailable", 503, "The service cannot be used at present",
        "The session store does not answer. Try again after the time in Retry-After. If it lasts, contact support with the traceId.");
    public static readonly ProblemCode ProviderUnavailable = new("provider_unavailable", 503,
        "The sign-in service cannot be used at present",
        "No session has ended. Try again after the time in Retry-After. If it lasts, contact support with the traceId.");
    public static readonly ProblemCode ApiTimeout = new("api_timeout", 504, "The API took too long",
        "It may have carried the request out. Check before you send it again.");

    /// <summary>All codes, by status.</summary>
    public static readonly ReadOnlyCollection<ProblemCode> All = new(
    [
        InvalidRequest, LoginExpired, NoSession, SessionEnded, Csrf, NotFound, MethodNotAllowed, NoRefreshToken, TooLarge,
        UnsupportedMediaType, RateLimited, InternalError, ApiUnreachable, StoreUnavailable, ProviderUnavailable, ApiTimeout,
    ]);

    /// <summary>The problem that says what a bare status means, for answers that the framework gives.</summary>
    public static ProblemCode Of(int status) => status switch
    {
        404 => NotFound,
        405 => MethodNotAllowed,
        413 or 414 or 431 => TooLarge with { Status = status },
        415 => UnsupportedMediaType,
        429 => RateLimited,
        >= 400 and < 500 => InvalidRequest with { Status = status },
        _ => InternalError,
    };
}
