using Bff.Local.UserPool;
using Bff.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Bff.Tests.UserPool;

/// <summary>A local user pool of a test's own, on free ports, with a clock that the test turns.</summary>
internal sealed class LocalPool : IAsyncDisposable
{
    public const string ClientId = "4localbff0client0000000000";
    public const string ClientSecret = "localsecret00this0is0public00do0not0reuse00000000001";
    public const string Callback = "http://localhost:5000/callback";
    public const string Alice = "alice@example.com";
    public const string TemporaryPassword = "Temp#Passw0rd1";
    public const string NewPassword = "Correct-Horse-7";

    private LocalPool(UserPoolHandle handle, FakeTimeProvider time)
    {
        (Handle, Time) = (handle, time);
        Back = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, UseProxy = false });
    }

    public UserPoolHandle Handle { get; }

    public FakeTimeProvider Time { get; }

    /// <summary>A client's server side: no cookies, no redirects followed.</summary>
    public HttpClient Back { get; }

    public AppClient Client => Handle.Options.Clients[0];

    public static async Task<LocalPool> StartAsync(Action<UserPoolOptions>? change = null)
    {
        var options = UserPoolOptions.Read();
        options.DomainUrl = new("http://localhost:0");
        options.IssuerUrl = new("http://localhost:0/local_pool");
        change?.Invoke(options);
        var time = new FakeTimeProvider(DateTimeOffset.Parse("2026-03-01T12:00:00Z", System.Globalization.CultureInfo.InvariantCulture));
        var handle = UserPoolServer.Build(options, builder =>
        {
            builder.Environment.EnvironmentName = "Testing";
            builder.Logging.ClearProviders();
            builder.Services.AddSingleton<TimeProvider>(time);
        });
        await handle.StartAsync();
        return new LocalPool(handle, time);
    }

    public Browser Browser() => new(Time);

    public Uri OnDomain(string path) => new(Handle.DomainUrl, path);

    public Uri OnIssuer(string path) => new(Handle.IssuerUrl.AbsoluteUri + path);

    public async ValueTask DisposeAsync()
    {
        Back.Dispose();
        await Handle.DisposeAsync();
    }
}
