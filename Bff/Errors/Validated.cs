using FluentValidation;

namespace Bff.Errors;

/// <summary>Runs a request's validator before its handler; all faults in one 400.</summary>
internal sealed class Validated<TRequest>(IValidator<TRequest> validator) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var request = context.Arguments.OfType<TRequest>().Single();
        var result = validator.Validate(request);
        return result.IsValid ? await next(context) : new Problem(ProblemCode.InvalidRequest, errors: result.ToDictionary().AsReadOnly());
    }
}
