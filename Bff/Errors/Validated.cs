using System.Reflection;
using FluentValidation;
using Microsoft.AspNetCore.Mvc;

namespace Bff.Errors;

/// <summary>Runs a request's validator before its handler. All faults are reported in one 400.</summary>
internal sealed partial class Validated<TRequest>(IValidator<TRequest> validator, ILogger<Validated<TRequest>> logger) : IEndpointFilter
{
    private static readonly (string Name, Type Type)[] Parameters =
    [
        .. typeof(TRequest).GetProperties()
            .Select(property => (property.GetCustomAttribute<FromQueryAttribute>()?.Name ?? "", property.PropertyType)),
    ];

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var (query, response) = (context.HttpContext.Request.Query, context.HttpContext.Response);
        var faults = validator.Validate(context.Arguments.OfType<TRequest>().Single()).ToDictionary();
        foreach (var (name, type) in Parameters)
        {
            // RFC 6749 section 3.1. Binding would join the values into one that was not sent.
            if (query[name].Count > 1) faults[name] = [$"{name} must be given once."];
            // When binding cannot read a number, it sets only the status and goes on without it.
            else if (type == typeof(int?) && query.ContainsKey(name) && response.StatusCode == StatusCodes.Status400BadRequest)
                faults[name] = [$"{name} must be a whole number."];
        }
        if (faults.Count == 0) return await next(context);

        Log.Refused(logger, typeof(TRequest).Name, string.Join(' ', faults.Keys));
        return new Problem(ProblemCode.InvalidRequest, errors: faults.AsReadOnly());
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "request_invalid: A {Request} was refused. Parameters that are not valid: {Parameters}")]
        public static partial void Refused(ILogger logger, string request, string parameters);
    }
}
