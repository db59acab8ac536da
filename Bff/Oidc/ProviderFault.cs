using System.Security.Authentication;

namespace Bff.Oidc;

/// <summary>Why a request to the provider failed, for the operator.</summary>
internal static class ProviderFault
{
    private const string BadJson = "the JSON is not of the expected form.";

    public static string Of(Exception fault) => fault switch
    {
        HttpRequestException request => Of(request),
        OperationCanceledException => "no response came in time.",
        InvalidDataException => fault.Message,
        // What the library's reader of documents throws; its messages are for programmers.
        _ => BadJson,
    };

    private static string Of(HttpRequestException fault) => fault.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => $"the host name could not be resolved: {fault.Message}.",
        HttpRequestError.ConnectionError => $"no connection could be made: {fault.Message}.",
        HttpRequestError.SecureConnectionError => fault.InnerException is AuthenticationException { Message: var message }
            && message.Contains("certificate", StringComparison.OrdinalIgnoreCase)
            ? $"the TLS certificate was refused: {message}."
            : $"no TLS connection could be made: {fault.InnerException?.Message} The port may speak http, not https.",
        HttpRequestError.ResponseEnded or HttpRequestError.InvalidResponse =>
            "the connection was closed without an HTTP response, as a port that speaks https does when it receives http.",
        HttpRequestError.ConfigurationLimitExceeded => "the response is too large.",
        _ => $"{fault.Message.TrimEnd('.')}.",
    };
}
