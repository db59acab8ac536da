using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Bff.Tests.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Bff.Tests.Refresh;

/// <summary>
/// Stands between an instance and the provider's token endpoint: stops a refresh before it is asked, or before its answer is known,
/// and remembers what was issued.
/// </summary>
internal sealed class ProviderSteps
{
    private readonly ConcurrentQueue<string> issued = [];
    private volatile RedisGate.Stop? before, after;

    /// <summary>The refresh tokens that refreshes brought.</summary>
    public IReadOnlyCollection<string> Issued => issued;

    /// <summary>Stops the next refresh before the provider is asked.</summary>
    public RedisGate.Stop StopBefore() => before = new RedisGate.Stop();

    /// <summary>Stops the next refresh when the provider has answered.</summary>
    public RedisGate.Stop StopAfter() => after = new RedisGate.Stop();

    public void Configure(WebApplicationBuilder builder) =>
        builder.Services.AddHttpClient("provider").AddHttpMessageHandler(() => new Handler(this));

    private sealed class Handler(ProviderSteps steps) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Content is null || !(await request.Content.ReadAsStringAsync(cancellationToken))
                .Contains("grant_type=refresh_token", StringComparison.Ordinal)) return await base.SendAsync(request, cancellationToken);
            if (Interlocked.Exchange(ref steps.before, null) is { } before) await before.ReachAsync();
            var answer = await base.SendAsync(request, cancellationToken);
            await answer.Content.LoadIntoBufferAsync(cancellationToken);
            if ((string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellationToken))?["refresh_token"] is { } token)
                steps.issued.Enqueue(token);
            if (Interlocked.Exchange(ref steps.after, null) is { } after) await after.ReachAsync();
            return answer;
        }
    }
}
