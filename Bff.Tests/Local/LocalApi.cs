using System.Net.Http.Headers;
using Bff.Local.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Bff.Tests.Local;

/// <summary>The local API and an issuer whose tokens it takes, new for each test.</summary>
public abstract class LocalApi : IAsyncLifetime
{
    private protected readonly FakeTimeProvider clock = new(TimeProvider.System.GetUtcNow());
    private protected StubIssuer issuer = null!;
    private protected WebApplication api = null!;
    private protected HttpClient client = null!;

    public async ValueTask InitializeAsync()
    {
        issuer = await StubIssuer.StartAsync();
        api = ApiServer.Build(issuer.Options(), builder => builder.Services.AddSingleton<TimeProvider>(clock));
        await api.StartAsync(TestContext.Current.CancellationToken);
        client = new HttpClient { BaseAddress = new Uri(api.Urls.Single()) };
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await api.DisposeAsync();
        await issuer.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected void Authorize(string token) =>
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);

    private protected Task<HttpResponseMessage> GetAsync(string path) => client.GetAsync(path, TestContext.Current.CancellationToken);
}
