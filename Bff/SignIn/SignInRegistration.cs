using FluentValidation;

namespace Bff.SignIn;

internal static class SignInRegistration
{
    public static IServiceCollection AddSignIn(this IServiceCollection services) => services
        .AddSingleton<LoginCookie>()
        .AddSingleton<PendingSignInStore>()
        .AddSingleton<SignInFlow>()
        .AddSingleton<SessionBeginning>()
        .AddSingleton<IValidator<LoginRequest>, LoginRequestValidator>();

    public static void MapSignIn(this IEndpointRouteBuilder app)
    {
        app.MapLogin();
        app.MapCallback();
    }
}
