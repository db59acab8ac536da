namespace Bff.Operations;

internal static class ApiDescription
{
    public static IServiceCollection AddApiDescription(this IServiceCollection services) => services.AddEndpointsApiExplorer().AddSwaggerGen();
}
