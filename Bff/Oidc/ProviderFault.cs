using System.Net;
using System.Security.Authentication;
using System.Text.Json;
using Microsoft.IdentityModel.Protocols;

namespace Bff.Oidc;

/// <summary>Why the provider could not be reached or understood, for an operator.</summary>
internal static class ProviderFault
{
    public static string Of(Exception fault) => fault switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } =>
            $"the host name could not be resolved: {fault.Message}.",
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => $"no connection could be made: {fault.Message}.",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError, InnerException: AuthenticationException inner }
            when inner.Message.Contains("certificate", StringComparison.OrdinalIgnoreCase) =>
            $"the TLS certificate was refused: {inner.Message}.",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } =>
            $"no TLS connection could be made: {fault.InnerException?.Message} The port may speak http, not https.",
        HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded or HttpRequestError.InvalidResponse } =>
            "the connection was closed without an HTTP response, as a port that speaks https does when it receives http.",
        HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } => "the response is too large.",
        OperationCanceledException => "no response came in time.",
        _ when fault.Data[HttpDocumentRetriever.StatusCode] is HttpStatusCode status => $"HTTP {(int)status}"
            + (fault.Data[HttpDocumentRetriever.ResponseContent] is string text && IsHtml(text) ? " with HTML, not JSON." : "."),
        InvalidDataException => fault.Message,
        JsonException or ArgumentException { InnerException: FormatException } => "the JSON is not of the expected form.",
        // The library's own message hides the address.
        ArgumentException when fault.Message.StartsWith("IDX20108", StringComparison.Ordinal) =>
            "the address of an https provider must be https.",
        _ => fault.InnerException is { } inner ? Of(inner) : $"{fault.Message.TrimEnd('.')}.",
    };

    public static bool IsHtml(string text) => text.AsSpan().TrimStart().StartsWith("<");
}
