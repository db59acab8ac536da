using Bff.Oidc;

namespace Bff.Tests.Oidc;

public sealed class OidcOptionsTests
{
    [Theory]
    [InlineData("https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEf123", true)]
    [InlineData("https://cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_AbCdEf123", true)]
    [InlineData("https://cognito-idp-fips.us-gov-west-1.amazonaws.com/us-gov-west-1_AbCdEf123", true)]
    [InlineData("https://issuer-cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEf123", true)]
    [InlineData("https://issuer.cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEf123", true)]
    [InlineData("https://COGNITO-IDP.eu-central-1.AMAZONAWS.com/eu-central-1_AbCdEf123", true)]
    [InlineData("https://cognito-idp.eu-central-1.amazonaws.com.evil.example/pool", false)]
    [InlineData("https://cognito-idp.evil.example/pool", false)]
    [InlineData("https://evil.example/cognito-idp.eu-central-1.amazonaws.com", false)]
    [InlineData("https://s3.eu-central-1.amazonaws.com/cognito-idp", false)]
    [InlineData("https://eu-central-1.evilamazonaws.com/", false)]
    [InlineData("https://accounts.google.com", false)]
    [InlineData("http://localhost:5002/local_pool", false)]
    [InlineData("no url", false)]
    [InlineData("", false)]
    public void Cognito_is_known_by_the_issuers_host(string authority, bool isCognito)
    {
        Assert.Equal(isCognito, new OidcOptions { Authority = authority }.IsCognito);
        Assert.True(new OidcOptions { Authority = authority, Provider = ProviderKind.cognito }.IsCognito);
        Assert.False(new OidcOptions { Authority = authority, Provider = ProviderKind.oidc }.IsCognito);
    }

    [Theory]
    [InlineData("http://localhost:5002/local_pool", true)]
    [InlineData("http://user-pool:5002/local_pool", true)]
    [InlineData("https://pool.example.com", false)]
    [InlineData("", false)]
    public void Http_is_spoken_only_where_the_issuer_is_http(string authority, bool mayUseHttp)
    {
        Assert.Equal(mayUseHttp, new OidcOptions { Authority = authority }.MayUseHttp);
        Assert.Equal(mayUseHttp, new OidcOptions { Authority = authority, AllowHttp = true }.MayUseHttp);
    }

    [Fact]
    public void Algorithms_that_are_set_replace_the_usual_one()
    {
        Assert.Equal(["RS256"], new OidcOptions().AcceptedAlgorithms);
        Assert.Equal(["ES256"], new OidcOptions { SigningAlgorithms = ["ES256"] }.AcceptedAlgorithms);
    }
}
