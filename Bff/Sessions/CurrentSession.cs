using System.Reflection;
using Bff.Errors;

namespace Bff.Sessions;

/// <summary>
/// The session of the request, as a handler's parameter; an endpoint that takes one also has the filter <see
/// cref="RequireSession"/>.
/// </summary>
internal sealed record CurrentSession(Session? Found)
{
    public Session Session => Found ?? throw new InvalidOperationException("The endpoint lacks RequireSession.");

    /// <summary>
    /// The session that the cookie names, if there is one; using it slides its idle limit, except with <c>?slide=false</c>.
    /// </summary>
    public static async ValueTask<CurrentSession?> BindAsync(HttpContext context, ParameterInfo _)
    {
        var services = context.RequestServices;
        if (services.GetRequiredService<SessionCookie>().Read(context.Request) is not { } id) return new CurrentSession(Found: null);

        var store = services.GetRequiredService<SessionStore>();
        var slide = !context.Request.QueryString.HasValue || context.Request.Query["slide"] != "false";
        return new CurrentSession(slide ? await store.UseAsync(id) : await store.LoadAsync(id));
    }

    public override string ToString() => nameof(CurrentSession);
}

/// <summary>Lets only signed-in browsers through: otherwise 401 <c>no_session</c>, and never a redirect.</summary>
internal sealed class RequireSession : IEndpointFilter
{
    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        context.Arguments.OfType<CurrentSession>().Any(session => session.Found is not null)
            ? next(context)
            : ValueTask.FromResult<object?>(new Problem(ProblemCode.NoSession));
}
