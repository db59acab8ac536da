using System.Net;
using Bff.Local.Api;

namespace Bff.Tests.Local;

/// <summary>How the local API reads the issuer's keys: not for long, not again at once after a failure, and not only once.</summary>
public sealed class IssuerKeysTests : LocalApi
{
    [Fact]
    public async Task An_issuer_that_does_not_answer_is_not_waited_for_and_not_asked_again_at_once()
    {
        var hanging = new TaskCompletionSource();
        issuer.Answering = hanging.Task;
        Authorize(issuer.AccessToken(clock.GetUtcNow()));

        var waiting = Task.WhenAll(Enumerable.Range(0, 5).Select(_ => GetAsync("/api/hello")));
        while (issuer.Reads == 0) await Task.Delay(5, TestContext.Current.CancellationToken);
        clock.Advance(IssuerKeys.ReadTimeout);

        Assert.All(await waiting, answer => Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode));
        await AssertAsync(HttpStatusCode.ServiceUnavailable, reads: 1);
        hanging.SetResult();
        clock.Advance(IssuerKeys.CoolDown);
        await AssertAsync(HttpStatusCode.OK, reads: 2);
    }

    [Fact]
    public async Task After_a_failure_the_issuer_is_asked_once_in_a_cool_down()
    {
        issuer.Down = true;
        Authorize(issuer.AccessToken(clock.GetUtcNow()));

        for (var reads = 1; reads <= 3; reads++)
        {
            await AssertAsync(HttpStatusCode.ServiceUnavailable, reads);
            await AssertAsync(HttpStatusCode.ServiceUnavailable, reads);
            clock.Advance(IssuerKeys.CoolDown);
        }
        issuer.Down = false;
        await AssertAsync(HttpStatusCode.OK, reads: 4);
    }

    [Fact]
    public async Task A_client_that_leaves_does_not_spend_the_cool_down()
    {
        var slow = new TaskCompletionSource();
        issuer.Answering = slow.Task;
        Authorize(issuer.AccessToken(clock.GetUtcNow()));
        using var leaving = new CancellationTokenSource();
        var left = client.GetAsync("/api/hello", leaving.Token);
        while (issuer.Reads == 0) await Task.Delay(5, TestContext.Current.CancellationToken);

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        slow.SetResult();

        await AssertAsync(HttpStatusCode.OK, reads: 1);
    }

    [Fact]
    public async Task A_withdrawn_key_verifies_nothing_once_the_keys_are_old()
    {
        Authorize(issuer.AccessToken(clock.GetUtcNow()));
        await AssertAsync(HttpStatusCode.OK, reads: 1);
        issuer.RotateKey();

        clock.Advance(IssuerKeys.MaximumAge - TimeSpan.FromSeconds(1));
        await AssertAsync(HttpStatusCode.OK, reads: 1);
        clock.Advance(TimeSpan.FromSeconds(1));
        await AssertAsync(HttpStatusCode.Unauthorized, reads: 2);
        Authorize(issuer.AccessToken(clock.GetUtcNow()));
        await AssertAsync(HttpStatusCode.OK, reads: 2);
    }

    [Fact]
    public async Task While_the_issuer_is_away_the_keys_that_were_read_are_kept()
    {
        Authorize(issuer.AccessToken(clock.GetUtcNow()));
        await AssertAsync(HttpStatusCode.OK, reads: 1);
        issuer.Down = true;
        clock.Advance(IssuerKeys.MaximumAge);

        await AssertAsync(HttpStatusCode.OK, reads: 2);
        await AssertAsync(HttpStatusCode.OK, reads: 2);
        issuer.Down = false;
        issuer.RotateKey();
        clock.Advance(IssuerKeys.CoolDown);
        await AssertAsync(HttpStatusCode.Unauthorized, reads: 3);
    }

    private async Task AssertAsync(HttpStatusCode status, int reads)
    {
        using var answer = await GetAsync("/api/hello");
        Assert.Equal((status, reads), (answer.StatusCode, issuer.Reads));
    }
}
