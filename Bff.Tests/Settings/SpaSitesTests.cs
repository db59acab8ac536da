using Bff.Security;

namespace Bff.Tests.Settings;

/// <summary>Where the browser would withhold the cookie, the operator is told at start.</summary>
public sealed class SpaSitesTests
{
    [Theory]
    [InlineData("https://bff.example.com", "https://bff.example.com"), InlineData("https://app.example.com", "https://bff.example.com")]
    [InlineData("https://example.com", "https://bff.example.com")]
    [InlineData("https://a.b.c.example.com:8443", "https://bff.example.com")]
    [InlineData("http://localhost:5173", "http://localhost:5000"), InlineData("http://127.0.0.1:5173", "http://127.0.0.1:5000")]
    // Only the Public Suffix List knows.
    [InlineData("https://app.co.uk", "https://bff.co.uk")]
    public void Of_what_may_be_one_site_nothing_is_said(string spa, string bff) =>
        Assert.False(SpaSites.IsOfAnotherSite(new Uri(spa), new Uri(bff)));

    [Theory]
    [InlineData("http://127.0.0.1:5173", "http://localhost:5000"), InlineData("http://app.localhost", "http://localhost")]
    [InlineData("http://localhost:5173", "https://localhost:5001")]
    [InlineData("https://app.example.org", "https://bff.example.com"), InlineData("https://10.0.0.1", "https://10.1.0.1")]
    [InlineData("http://[::1]:5173", "http://127.0.0.1:5000")]
    public void Another_scheme_address_or_domain_is_another_site(string spa, string bff) =>
        Assert.True(SpaSites.IsOfAnotherSite(new Uri(spa), new Uri(bff)));
}
