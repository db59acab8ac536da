namespace Bff.Operations;

/// <summary>No scope of services per request: all services of this program are singletons, and a scope costs 4 % of a <c>/me</c>.</summary>
internal static class RootServices
{
    public static void UseRootServices(this WebApplication app) => app.Use((context, next) =>
    {
        context.RequestServices = app.Services;
        return next(context);
    });
}
