using Bff.Oidc;
using Bff.Settings;
using Bff.Tests.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Bff.Tests.Oidc;

/// <summary>
/// The parts of Bff/Oidc, put together as the program does, with a <see cref="TestProvider"/> that is Cognito by default.
/// </summary>
internal sealed class RelyingParty : IAsyncDisposable
{
    private readonly ServiceProvider services;

    private RelyingParty(TestProvider provider, FakeTimeProvider time, Action<OidcOptions>? change)
    {
        (Provider, Time, Clock) = (provider, time, new WrongClock(time));
        Options = new OidcOptions
        {
            Authority = provider.Issuer,
            ClientId = TestProvider.ClientId,
            ClientSecret = TestProvider.ClientSecret,
            Provider = ProviderKind.cognito,
        };
        change?.Invoke(Options);
        services = new ServiceCollection()
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Logs))
            .AddSingleton<TimeProvider>(Clock)
            .AddSingleton(Options)
            .AddSingleton(NoTelemetry.New())
            .AddSingleton(new Secrets(new ConfigurationManager(), new BffSettings(new(), Options, new(), new(), new(), new())))
            .AddOidc(Options)
            .BuildServiceProvider();
    }

    public TestProvider Provider { get; }

    public FakeTimeProvider Time { get; }

    /// <summary>The party's own, which is right unless a test says otherwise.</summary>
    public WrongClock Clock { get; }

    public OidcOptions Options { get; }

    public LogSink Logs { get; } = new();

    public ProviderMetadata Metadata => services.GetRequiredService<ProviderMetadata>();

    public TokenClient Tokens => services.GetRequiredService<TokenClient>();

    private SignedTokens SignedTokens => services.GetRequiredService<SignedTokens>();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static async Task<RelyingParty> StartAsync(Action<OidcOptions>? change = null)
    {
        var time = new FakeTimeProvider(The.Beginning);
        return new RelyingParty(await TestProvider.StartAsync(time), time, change);
    }

    public Task<OpenIdConnectConfiguration?> MetadataAsync() => Metadata.GetAsync(Cancelled);

    public async Task<OpenIdConnectConfiguration> KnownMetadataAsync() =>
        await MetadataAsync() ?? throw new InvalidOperationException("The provider's metadata could not be read:\n" + Logs.All);

    /// <summary>A good ID token that answers this nonce and goes with <see cref="The.AccessToken"/>.</summary>
    public TestToken IdToken(string? nonce = The.Nonce) => Provider.IdToken(The.AccessToken, nonce);

    /// <summary>The verdict at a sign-in that began when the party was started by default.</summary>
    public Task<Verdict<IdToken>> JudgeAsync(string idToken, int? maxAge = null, DateTimeOffset? requestedAt = null) =>
        JudgeAsync(idToken, new IdTokenExpectation.AtSignIn(The.AccessToken, The.Nonce, requestedAt ?? The.Beginning, maxAge));

    /// <summary>The verdict at a refresh.</summary>
    public Task<Verdict<IdToken>> JudgeSuccessorAsync(string idToken, string previous) =>
        JudgeAsync(idToken, new IdTokenExpectation.AtRefresh(The.AccessToken, new JsonWebToken(previous).Subject, The.Nonce));

    public Task<Verdict<LogoutToken>> JudgeLogoutAsync(string logoutToken) =>
        SignedTokens.JudgeLogoutTokenAsync(logoutToken, Cancelled);

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        await Provider.DisposeAsync();
    }

    private Task<Verdict<IdToken>> JudgeAsync(string idToken, IdTokenExpectation expected) =>
        SignedTokens.JudgeAsync(idToken, expected, Cancelled);
}
