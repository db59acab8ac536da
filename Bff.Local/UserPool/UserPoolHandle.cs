using Bff.Local.UserPool.RemoteControl;
using Bff.Local.UserPool.Tokens;
using Bff.Local.UserPool.Users;

namespace Bff.Local.UserPool;

/// <summary>A local user pool in this process, and what its host may see and switch of it.</summary>
internal sealed class UserPoolHandle(WebApplication app, UserPoolOptions options) : IAsyncDisposable
{
    private readonly PoolAddresses addresses = app.Services.GetRequiredService<PoolAddresses>();

    public WebApplication App => app;

    /// <summary>Live: a changed app client is obeyed from the next request on.</summary>
    public UserPoolOptions Options => options;

    /// <summary>With the ports really taken, once started.</summary>
    public Uri DomainUrl => addresses.Domain;

    public Uri IssuerUrl => addresses.Issuer;

    public Faults Faults { get; } = app.Services.GetRequiredService<Faults>();

    public RequestLog Requests { get; } = app.Services.GetRequiredService<RequestLog>();

    public UserDirectory Users { get; } = app.Services.GetRequiredService<UserDirectory>();

    public SigningKeys Keys { get; } = app.Services.GetRequiredService<SigningKeys>();

    public RefreshTokens RefreshTokens { get; } = app.Services.GetRequiredService<RefreshTokens>();

    public Task StartAsync(CancellationToken cancellationToken = default) => app.StartAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken = default) => app.StopAsync(cancellationToken);

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
