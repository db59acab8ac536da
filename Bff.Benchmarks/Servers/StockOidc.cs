using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Bff.Benchmarks.Servers;

/// <summary>The OpenID Connect handler of the stock stack, for Cognito.</summary>
internal static class StockOidc
{
    public static void Configure(OpenIdConnectOptions options, IConfiguration configuration)
    {
        options.Authority = configuration["authority"];
        options.ClientId = configuration["client-id"];
        options.ClientSecret = configuration["client-secret"];
        options.RequireHttpsMetadata = false;
        options.CallbackPath = "/callback";
        options.ResponseType = OpenIdConnectResponseType.Code;
        options.ResponseMode = OpenIdConnectResponseMode.Query;
        options.MapInboundClaims = false;
        options.SaveTokens = true;
        options.Scope.Clear();
        foreach (var scope in (string[])["openid", "email", "phone"]) options.Scope.Add(scope);
    }
}
