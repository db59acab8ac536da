using Bff.Oidc;
using Bff.Tests.Hosting;
using Microsoft.AspNetCore.Http;

namespace Bff.Tests.Oidc;

/// <summary>When the provider is read, and what its callers get in between.</summary>
[Row("KEY-01", "KEY-07", "KEY-08", "LGN-03", "TOK-04", "TOK-10")]
public sealed class ProviderMetadataReadTests
{
    [Fact]
    public async Task Nothing_is_asked_at_start_and_the_document_is_read_once()
    {
        await using var party = await RelyingParty.StartAsync();
        _ = (party.Metadata, party.Tokens);
        Assert.Empty(party.Provider.Requests);

        for (var use = 0; use < 5; use++)
        {
            Assert.NotNull(await party.MetadataAsync());
            party.Time.Advance(ProviderMetadata.MaximumAge / 10);
        }

        Assert.Equal(1, party.Provider.Count(TestProvider.Discovery));
        Assert.Equal(1, party.Provider.Count(TestProvider.Jwks));
    }

    [Fact]
    public async Task Fifty_callers_at_once_share_one_read()
    {
        await using var party = await RelyingParty.StartAsync();
        var gate = new TaskCompletionSource();
        party.Provider.Answer(TestProvider.Discovery, async context =>
        {
            await gate.Task;
            await context.Response.WriteAsync(party.Provider.Metadata.ToJsonString(), context.RequestAborted);
        });

        var callers = Enumerable.Range(0, 50).Select(_ => party.MetadataAsync()).ToArray();
        gate.SetResult();

        Assert.All(await Task.WhenAll(callers), Assert.NotNull);
        Assert.Equal(1, party.Provider.Count(TestProvider.Discovery));
    }

    [Fact]
    public async Task A_caller_who_leaves_takes_nothing_from_the_others()
    {
        await using var party = await RelyingParty.StartAsync();
        using var leaving = new CancellationTokenSource();
        var gate = new TaskCompletionSource();
        party.Provider.Answer(TestProvider.Discovery, async context =>
        {
            await gate.Task;
            await context.Response.WriteAsync(party.Provider.Metadata.ToJsonString(), context.RequestAborted);
        });

        var first = party.Metadata.GetAsync(leaving.Token);
        var second = party.MetadataAsync();
        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        gate.SetResult();
        Assert.NotNull(await second);
    }

    [Fact]
    public async Task A_provider_that_was_down_is_found_without_a_restart_but_not_asked_at_every_call()
    {
        await using var party = await RelyingParty.StartAsync();
        party.Provider.IsDown = true;
        for (var use = 0; use < 5; use++)
        {
            Assert.Null(await party.MetadataAsync());
            party.Time.Advance(ProviderMetadata.RetryAfterFailure / 10);
        }
        Assert.Equal(1, party.Provider.Count(TestProvider.Discovery));

        party.Provider.IsDown = false;
        party.Time.Advance(ProviderMetadata.RetryAfterFailure);

        Assert.NotNull(await party.MetadataAsync());
    }

    [Fact]
    public async Task What_was_read_once_is_kept_while_the_provider_is_down()
    {
        await using var party = await RelyingParty.StartAsync();
        await party.MetadataAsync();
        party.Provider.IsDown = true;
        party.Time.Advance(TimeSpan.FromDays(2));

        Assert.False(await party.Metadata.ReadKeysAgainAsync(TestContext.Current.CancellationToken));
        Assert.NotNull(await party.MetadataAsync());
    }

    [Fact]
    public async Task A_provider_that_hangs_costs_a_caller_the_deadline_and_no_more()
    {
        await using var party = await RelyingParty.StartAsync(options => options.BackchannelTimeout = TimeSpan.FromMilliseconds(300));
        party.Provider.Answer(TestProvider.Discovery, context => Task.Delay(Timeout.Infinite, context.RequestAborted));

        Assert.Null(await party.MetadataAsync().WaitAsync(TimeSpan.FromSeconds(9), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_clock_that_is_set_back_does_not_stop_reads()
    {
        await using var party = await RelyingParty.StartAsync();
        party.Provider.IsDown = true;
        Assert.Null(await party.MetadataAsync());
        Assert.False(await IsReadAnewAsync());
        party.Provider.IsDown = false;
        party.Clock.Error = TimeSpan.FromMinutes(-20);

        party.Time.Advance(ProviderMetadata.RetryAfterFailure);
        Assert.NotNull(await party.MetadataAsync());
        party.Time.Advance(ProviderMetadata.KeyRefreshCoolDown);
        Assert.True(await IsReadAnewAsync());

        Task<bool> IsReadAnewAsync() => party.Metadata.ReadKeysAgainAsync(TestContext.Current.CancellationToken);
    }
}
