using System.Net;
using Bff.Tests.Hosting;

namespace Bff.Tests.Resilience;

/// <summary>Everything that users and operators do, once, over several instances: what a shape of Redis must be able to bear.</summary>
internal static class Tour
{
    /// <summary>The settings the tour needs: tokens are renewed at every request for it.</summary>
    public static (string Key, string Value)[] Settings => [("Session:MinimumRefreshInterval", "00:00:00")];

    /// <summary>
    /// Signing in, use, renewal, lists of sessions, ends of sessions by their owner and by the operator, signing out, and what
    /// instances tell each other.
    /// </summary>
    public static async Task TakeAsync(Fleet fleet)
    {
        var last = fleet.Instances.Count - 1;
        using var first = await fleet.SignInAsync(at: 0);
        using var second = await fleet.SignInAsync(at: last);
        using var third = await fleet.SignInAsync(at: 0);
        using var other = await fleet.SignInAsync(at: last, The.Bob);
        foreach (var user in (FleetBrowser[])[first, second, third, other])
        {
            await IsAsync(HttpStatusCode.OK, user.MeAsync(last));
            await IsAsync(HttpStatusCode.OK, user.ApiAsync(0));
        }
        var asked = fleet.Pool.Requests.Grants("refresh_token");
        await IsAsync(HttpStatusCode.OK, first.RefreshAsync(last));
        await IsAsync(HttpStatusCode.OK, first.ApiAsync(0));
        Assert.Equal(asked + 1, fleet.Pool.Requests.Grants("refresh_token"));

        using var stream = await first.CallAsync(HttpMethod.Get, "/api/events", at: 0);
        Assert.Equal(HttpStatusCode.OK, stream.StatusCode);
        var sessions = (await (await second.CallAsync(HttpMethod.Get, "/sessions", at: 0)).JsonAsync())["sessions"]!.AsArray();
        Assert.Equal(3, sessions.Count);
        var oldest = (string)sessions.MinBy(session => (DateTimeOffset)session!["createdAt"]!)!["id"]!;
        await IsAsync(HttpStatusCode.NoContent, second.CallAsync(HttpMethod.Delete, "/sessions/" + oldest, at: last));
        await IsAsync(HttpStatusCode.Unauthorized, first.MeAsync(0));
        // Whether it ends or breaks, it must be over.
        var over = stream.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Same(over, await Task.WhenAny(over, Task.Delay(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken)));

        await IsAsync(HttpStatusCode.NoContent, second.CallAsync(HttpMethod.Delete, "/sessions", at: 0));
        await IsAsync(HttpStatusCode.Unauthorized, third.MeAsync(last));
        await IsAsync(HttpStatusCode.OK, second.MeAsync(last));
        using var revoked = await fleet.RevokeAsync(last, (string)(await (await second.MeAsync(0)).JsonAsync())["sub"]!);
        Assert.Equal(HttpStatusCode.Accepted, revoked.StatusCode);
        await IsAsync(HttpStatusCode.Unauthorized, second.MeAsync(0));

        await IsAsync(HttpStatusCode.OK, other.MeAsync(0));
        await IsAsync(HttpStatusCode.OK, other.LogoutAsync(last));
        await IsAsync(HttpStatusCode.Unauthorized, other.MeAsync(0));
        // Nothing failed, and what happened on one instance was published, and the others received it.
        Assert.DoesNotContain(fleet.Instances.SelectMany(instance => instance.Log), line =>
            line.Contains("fail: Bff", StringComparison.Ordinal) || line.Contains("do not arrive", StringComparison.Ordinal)
            || line.Contains("were not informed", StringComparison.Ordinal));
    }

    private static async Task IsAsync(HttpStatusCode expected, Task<HttpResponseMessage> asked)
    {
        using var answer = await asked;
        Assert.True(expected == answer.StatusCode, $"{answer.RequestMessage?.Method} {answer.RequestMessage?.RequestUri}: "
            + $"{answer.StatusCode}, not {expected}: {await answer.Content.ReadAsStringAsync()}");
    }
}
