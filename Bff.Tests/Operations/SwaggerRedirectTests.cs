using System.Net;
using Bff.Settings;
using Bff.Tests.Hosting;

namespace Bff.Tests.Operations;

/// <summary>The ways that lead to Swagger UI: from a sign-in, and from a sign-out.</summary>
public sealed class SwaggerRedirectTests(SharedRedis redis)
{
    private const string Bff = "https://bff.example.com", Spa = "https://app.example.com";

    [Theory]
    [InlineData("/swagger/", "")]
    [InlineData("/swagger", "?login_error=access_denied")]
    [InlineData("/swagger/", "?login_error=login_failed")]
    [InlineData("/swagger/", "?x=%2F%0d%0aSet-Cookie:%20a=b&login_error=%3Cb%3E&x=a+b")]
    public async Task The_redirect_to_the_page_keeps_the_query_as_it_is(string path, string query)
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });

        using var answer = await client.GetAsync(new Uri(system.Url.Origin() + path + query), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.MovedPermanently, answer.StatusCode);
        Assert.EndsWith("index.html" + query, answer.Headers.Location?.OriginalString, StringComparison.Ordinal);
        Assert.Equal(new Uri(system.Url, "/swagger/index.html" + query),
            new Uri(answer.RequestMessage!.RequestUri!, answer.Headers.Location!));
        Assert.Contains("no-store", answer.Headers.CacheControl?.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Bff, Bff + "/swagger/", true)]
    [InlineData(Bff, Spa + "/", false)]
    [InlineData(Spa, Spa + "/", true)]
    [InlineData(null, Spa + "/", true)]
    [InlineData("null", Spa + "/", true)]
    [InlineData(Bff + ":444", Spa + "/", true)]
    public void A_sign_out_asked_for_by_Swagger_UI_ends_there(string? origin, string end, bool swagger) =>
        Assert.Equal(end, new BffOptions { PublicUrl = Bff + "/", SpaOrigins = [Spa], Swagger = swagger }.SignedOutFrom(origin));

    [Fact]
    public void A_sign_out_of_an_SPA_that_shares_the_origin_ends_at_home() =>
        Assert.Equal(Bff + "/", new BffOptions { PublicUrl = Bff, SpaOrigins = [Bff] }.SignedOutFrom(Bff));
}
