using System.Reflection;
using Microsoft.AspNetCore.Mvc;

namespace Bff.Errors;

/// <summary>Refuses a documented query parameter that comes more than once (RFC 6749 section 3.1): binding would join the two into a value that nobody sent.</summary>
internal sealed class GivenOnce<TRequest> : IEndpointFilter
{
    private static readonly string[] Names = [.. typeof(TRequest).GetProperties().Select(property => property.GetCustomAttribute<FromQueryAttribute>()?.Name).OfType<string>()];

    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var query = context.HttpContext.Request.Query;
        var faults = Names.Where(name => query[name].Count > 1).ToDictionary(name => name, name => new[] { $"{name} must be given once." });
        return faults.Count == 0 ? next(context) : ValueTask.FromResult<object?>(new Problem(ProblemCode.InvalidRequest, errors: faults));
    }
}
