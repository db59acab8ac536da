using Bff.Local.UserPool.Pages;
using Bff.Local.UserPool.RemoteControl;
using Bff.Local.UserPool.SignIn;
using Bff.Local.UserPool.Tokens;
using Bff.Local.UserPool.Users;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Bff.Local.UserPool;

/// <summary>The local stand-in for Amazon Cognito: one process, two origins, all state in memory.</summary>
internal static class UserPoolServer
{
    internal static UserPoolHandle Build(UserPoolOptions options, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        // Request lines at Information would write authorization codes and states into the log.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        // It would print a stack trace where Program prints the one line that helps.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        // The pool listens where its options say, whatever the host's own ASPNETCORE_URLS are.
        builder.WebHost.UseSetting(WebHostDefaults.ServerUrlsKey, "").UseSetting(WebHostDefaults.HttpPortsKey, "");
        configure?.Invoke(builder);
        UserPoolOptionsValidator.Demand(options, builder.Environment);

        var addresses = new PoolAddresses(options);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            addresses.Listen(kestrel);
        });
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(options).AddSingleton(addresses).AddSingleton<PoolClock>();
        builder.Services.AddSingleton<Faults>().AddSingleton<RequestLog>();
        builder.Services.AddSingleton<UserDirectory>().AddSingleton<PasswordAttempts>().AddSingleton<PasswordSignIn>();
        builder.Services.AddSingleton<SigningKeys>().AddSingleton<TokenIssuer>().AddSingleton<AuthorizationCodes>()
            .AddSingleton<RefreshTokens>();
        builder.Services.AddSingleton<CodeGrant>().AddSingleton<RefreshGrant>();
        builder.Services.AddSingleton<BrowserSessions>().AddSingleton<PasswordChallenges>().AddSingleton<FormTokens>()
            .AddSingleton<SignInCompletion>();

        var app = builder.Build();
        app.Lifetime.ApplicationStarted.Register(() =>
            addresses.Resolve(app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>()));
        app.UseMiddleware<RequestLogMiddleware>();
        app.UseMiddleware<FaultMiddleware>();
        app.MapWhen(addresses.IsDomain, domain => domain.UseRouting().UseEndpoints(MapDomain));
        app.MapWhen(addresses.IsIssuer, issuer => issuer.UseRouting().UseEndpoints(routes => MapIssuer(routes, addresses)));
        return new UserPoolHandle(app, options);
    }

    private static void MapDomain(IEndpointRouteBuilder domain)
    {
        domain.MapAuthorize();         // GET /oauth2/authorize
        domain.MapLogin();             // GET, POST /login
        domain.MapChangePassword();    // GET, POST /changePassword
        domain.MapLogout();            // GET /logout
        domain.MapErrors();            // GET /error, /.well-known/*
        domain.MapToken();             // POST /oauth2/token
        domain.MapRevoke();            // POST /oauth2/revoke
        domain.MapUserInfo();          // GET /oauth2/userInfo
        domain.MapConsole();           // GET /, POST /users
        domain.MapAssets();            // GET /assets/*
    }

    private static void MapIssuer(IEndpointRouteBuilder issuer, PoolAddresses addresses)
    {
        issuer.MapDiscovery(addresses.IssuerPath);   // GET {issuer}/.well-known/openid-configuration
        issuer.MapJwks(addresses.IssuerPath);        // GET {issuer}/.well-known/jwks.json
        issuer.MapFaults();                          // GET, PUT, DELETE /faults, POST /faults/key-rotation
        issuer.MapIssuerRoot(addresses.IssuerPath);  // GET /, {issuer}
    }
}
