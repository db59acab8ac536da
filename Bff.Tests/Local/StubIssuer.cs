using System.Security.Cryptography;
using Bff.Local.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Bff.Tests.Local;

/// <summary>An issuer that signs whatever a test puts into a token.</summary>
internal sealed class StubIssuer : IAsyncDisposable
{
    private readonly WebApplication app;
    private RSA key = RSA.Create(2048);
    private string keyId = "first";

    private StubIssuer(WebApplication app) => this.app = app;

    public string Issuer => app.Urls.Single() + "/pool";

    /// <summary>While it is so, nothing is answered but errors.</summary>
    public bool Down { get; set; }

    /// <summary>What each answer waits for.</summary>
    public Task Answering { get; set; } = Task.CompletedTask;

    /// <summary>How often the discovery document was asked for.</summary>
    public int Reads { get; private set; }

    public static async Task<StubIssuer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var issuer = new StubIssuer(app);
        app.MapGet("/pool/.well-known/openid-configuration", () =>
        {
            issuer.Reads++;
            return issuer.AnswerAsync(new { issuer = issuer.Issuer, jwks_uri = issuer.Issuer + "/jwks" });
        });
        app.MapGet("/pool/jwks", () => issuer.AnswerAsync(new { keys = new[] { issuer.PublicKey() } }));
        await app.StartAsync(TestContext.Current.CancellationToken);
        return issuer;
    }

    /// <summary>An access token as Cognito makes it: no <c>aud</c>, no <c>typ</c>; then what the test changes in it.</summary>
    public string AccessToken(DateTimeOffset now, Action<Dictionary<string, object>>? change = null,
        string algorithm = SecurityAlgorithms.RsaSha256)
    {
        var claims = new Dictionary<string, object>
        {
            ["iss"] = Issuer,
            ["sub"] = "alice-sub",
            ["username"] = "alice-sub",
            ["client_id"] = "the-client",
            ["token_use"] = "access",
            ["scope"] = "email openid",
            ["cognito:groups"] = new[] { "admins" },
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = now.AddHours(1).ToUnixTimeSeconds()
        };
        change?.Invoke(claims);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Claims = claims,
            SigningCredentials = new SigningCredentials(new RsaSecurityKey(key) { KeyId = keyId }, algorithm)
        });
    }

    public void RotateKey()
    {
        key = RSA.Create(2048);
        keyId = "second";
    }

    public ApiOptions Options() => new() { Listen = "http://127.0.0.1:0", Issuer = Issuer, ClientId = "the-client" };

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        key.Dispose();
    }

    private async Task<IResult> AnswerAsync(object document)
    {
        await Answering;
        return Down ? TypedResults.StatusCode(500) : TypedResults.Ok(document);
    }

    private object PublicKey()
    {
        var parameters = key.ExportParameters(includePrivateParameters: false);
        return new
        {
            kty = "RSA",
            alg = "RS256",
            use = "sig",
            kid = keyId,
            e = Base64UrlEncoder.Encode(parameters.Exponent),
            n = Base64UrlEncoder.Encode(parameters.Modulus)
        };
    }
}
