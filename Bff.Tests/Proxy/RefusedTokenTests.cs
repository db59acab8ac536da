using System.Net;
using System.Text;
using Bff.Tests.Hosting;
using static Bff.Tests.Hosting.RefusingApi;

namespace Bff.Tests.Proxy;

/// <summary>An API that answers 401 to a token which the BFF believed valid.</summary>
public sealed class RefusedTokenTests(SharedRedis redis)
{
    [Theory, Row("RFR-12", "PRX-11")]
    [InlineData("GET")]
    [InlineData("HEAD")]
    [InlineData("DELETE")]
    [InlineData("PUT")]
    public async Task The_token_is_renewed_once_and_the_request_sent_once_more(string method)
    {
        RecordingApi? api = null;
        await using var _ = api = await RecordingApi.StartAsync(context => AnswerAsync(context, api!.Requests.Count == 1 ? 401 : 200));
        await using var system = await BffSystem.StartAsync(redis, api.Settings);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        system.Time.Advance(TimeSpan.FromMinutes(1));

        using var answer = await browser.CallAsync(system, new HttpMethod(method), "/api/x?y=%2f");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("1", Assert.Single(answer.Headers.GetValues("X-Attempt")));
        Assert.Equal(1, system.Pool.Requests.Grants("refresh_token"));
        Assert.Equal([(method, "/api/x?y=%2f"), (method, "/api/x?y=%2f")],
            api.Requests.Select(request => (request.Method, request.Target)));
        Assert.Equal(2, api.Requests.Select(request => request.Token).Distinct().Count());
        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(system)).StatusCode);
    }

    [Theory, Row("RFR-12")]
    [InlineData("POST", null)]
    [InlineData("PATCH", null)]
    [InlineData("POST", "body")]
    [InlineData("PUT", "body")]
    [InlineData("DELETE", "body")]
    public async Task What_may_not_be_sent_twice_is_not(string method, string? body)
    {
        await using var api = await RecordingApi.StartAsync(context => AnswerAsync(context, 401));
        await using var system = await BffSystem.StartAsync(redis, api.Settings);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        system.Time.Advance(TimeSpan.FromMinutes(1));

        using var answer = await browser.CallAsync(system, new HttpMethod(method), "/api/x", body: body is null ? null
            : new StringContent(body, Encoding.UTF8, "application/json"));

        await PassedOnAsync(answer);
        Assert.Single(api.Requests);
        Assert.Equal(0, system.Pool.Requests.Grants("refresh_token"));
    }

    [Fact, Row("RFR-12", "RFR-11")]
    public async Task An_API_that_always_answers_401_makes_us_ask_the_user_pool_once_and_passes()
    {
        await using var api = await RecordingApi.StartAsync(context => AnswerAsync(context, 401));
        await using var system = await BffSystem.StartAsync(redis, api.Settings);
        var other = await system.AddInstanceAsync();
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        system.Time.Advance(TimeSpan.FromMinutes(1));

        var answers = await Task.WhenAll(Enumerable.Range(0, 50)
            .Select(number => browser.CallAsync(system, HttpMethod.Get, "/api/x", number % 2 == 0 ? system.Url : other)));

        foreach (var answer in answers) await PassedOnAsync(answer);
        Assert.Equal(1, system.Pool.Requests.Grants("refresh_token"));
        Assert.InRange(api.Requests.Count, 51, 100);
        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(system)).StatusCode);
    }

    [Fact, Row("RFR-12")]
    public async Task Tokens_that_have_just_come_are_not_renewed()
    {
        await using var api = await RecordingApi.StartAsync(context => AnswerAsync(context, 401));
        await using var system = await BffSystem.StartAsync(redis, api.Settings);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        system.Time.Advance(TimeSpan.FromSeconds(4));

        await PassedOnAsync(await browser.CallAsync(system, HttpMethod.Get, "/api/x"));

        Assert.Single(api.Requests);
        Assert.Equal(0, system.Pool.Requests.Grants("refresh_token"));
    }

    [Theory, Row("PRX-11")]
    [InlineData(403)]
    [InlineData(407)]
    [InlineData(419)]
    public async Task Another_refusal_is_no_reason_to_renew(int status)
    {
        await using var api = await RecordingApi.StartAsync(context => AnswerAsync(context, status));
        await using var system = await BffSystem.StartAsync(redis, api.Settings);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        system.Time.Advance(TimeSpan.FromMinutes(1));

        using var answer = await browser.CallAsync(system, HttpMethod.Get, "/api/x");

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Single(api.Requests);
        Assert.Equal(0, system.Pool.Requests.Grants("refresh_token"));
    }
}
