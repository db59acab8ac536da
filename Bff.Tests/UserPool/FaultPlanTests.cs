using System.Net;
using System.Net.Http.Json;
using Bff.Local.UserPool;

namespace Bff.Tests.UserPool;

/// <summary>Which plans <c>PUT /faults</c> refuses, and what a person at the issuer's port reads.</summary>
public sealed class FaultPlanTests
{
    [Theory]
    [InlineData("""{"endpoint":{}}""", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("""{"clockOffset":"00:01:00"}""", "text/plain", HttpStatusCode.UnsupportedMediaType)]
    public async Task A_plan_that_is_misspelt_or_that_any_page_could_send_is_refused(string body, string type, HttpStatusCode status)
    {
        await using var pool = await LocalPool.StartAsync();
        using var content = new StringContent(body, System.Text.Encoding.UTF8, type);

        using var answer = await PutAsync(pool, content);

        Assert.Equal((status, TimeSpan.Zero), (answer.StatusCode, pool.Handle.Faults.Plan.ClockOffset));
    }

    [Theory]
    [InlineData("/oauth2/tokn"), InlineData("/oauth2/userinfo"), InlineData("oauth2/token"), InlineData("/oauth2/token/")]
    [InlineData("/local_pool/.well-known/jwks.json"), InlineData("/faults"), InlineData("")]
    public async Task A_fault_of_an_unknown_endpoint_is_refused_with_the_known_ones(string path)
    {
        await using var pool = await LocalPool.StartAsync();
        var fault = new { status = 503 };
        var endpoints = new Dictionary<string, object> { [PoolPaths.Token] = fault, [path] = fault };
        using var content = JsonContent.Create(new { endpoints });

        using var answer = await PutAsync(pool, content);

        var error = (string?)(await LocalPool.ReadAsync(answer))["error"];
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.StartsWith($"There is no endpoint '{path}'. The endpoints are ", error, StringComparison.Ordinal);
        string[] some = ["/oauth2/authorize", "/oauth2/token", "/oauth2/userInfo", "/login", "/.well-known/jwks.json"];
        Assert.All(some, known => Assert.Contains(known + ", ", error, StringComparison.Ordinal));
        Assert.Empty(pool.Handle.Faults.Plan.Endpoints);
    }

    [Theory]
    [InlineData("""{"endpoints":null}""", HttpStatusCode.BadRequest), InlineData("""{"idToken":null}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"endpoints":{"/oauth2/token":null}}""", HttpStatusCode.OK), InlineData("null", HttpStatusCode.OK)]
    public async Task A_plan_with_nothing_where_a_fault_should_be_breaks_no_request(string body, HttpStatusCode status)
    {
        await using var pool = await LocalPool.StartAsync();
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");

        using var answer = await PutAsync(pool, content);

        Assert.Equal(status, answer.StatusCode);
        Assert.NotNull((await pool.TokensAsync())["id_token"]);
    }

    [Theory]
    [InlineData("/"), InlineData("/local_pool"), InlineData("/local_pool/")]
    public async Task The_root_of_the_issuer_says_what_it_is(string path)
    {
        await using var pool = await LocalPool.StartAsync();

        var text = await pool.Back.GetStringAsync(new Uri(pool.Handle.IssuerUrl, path), TestContext.Current.CancellationToken);

        Assert.Contains(pool.OnIssuer(PoolPaths.Discovery).AbsoluteUri, text, StringComparison.Ordinal);
        Assert.Contains(pool.Handle.DomainUrl.AbsoluteUri.TrimEnd('/'), text, StringComparison.Ordinal);
    }

    private static Task<HttpResponseMessage> PutAsync(LocalPool pool, HttpContent content) =>
        pool.Back.PutAsync(new Uri(pool.Handle.IssuerUrl, "/faults"), content, TestContext.Current.CancellationToken);
}
