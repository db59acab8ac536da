using System.Reflection;
using FluentValidation;
using Microsoft.AspNetCore.Mvc;

namespace Bff.Errors;

/// <summary>Runs a request's validator before its handler; all faults in one 400.</summary>
internal sealed partial class Validated<TRequest>(IValidator<TRequest> validator, ILogger<Validated<TRequest>> logger) : IEndpointFilter
{
    private static readonly string[] Numbers = [.. typeof(TRequest).GetProperties().Where(property => property.PropertyType == typeof(int?)).Select(property => property.GetCustomAttribute<FromQueryAttribute>()?.Name).OfType<string>()];

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var request = context.Arguments.OfType<TRequest>().Single();
        var faults = validator.Validate(request).ToDictionary();
        foreach (var name in Unread(context.HttpContext)) faults[name] = [$"{name} must be a whole number."];
        if (faults.Count == 0) return await next(context);

        Log.Refused(logger, typeof(TRequest).Name, string.Join(' ', faults.Keys));
        return new Problem(ProblemCode.InvalidRequest, errors: faults.AsReadOnly());
    }

    // Binding says no more than 400 when it cannot read one, and goes on without it.
    private static IEnumerable<string> Unread(HttpContext context) => context.Response.StatusCode == StatusCodes.Status400BadRequest ? Numbers.Where(context.Request.Query.ContainsKey) : [];

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "A {Request} was refused; not valid: {Parameters}")]
        public static partial void Refused(ILogger logger, string request, string parameters);
    }
}
