using System.Text.RegularExpressions;
using Bff.Oidc;
using Bff.Tests.Hosting;

namespace Bff.Tests.Oidc;

[Row("LGN-02", "LGN-03")]
public sealed class PkceTests
{
    [Fact]
    public void The_challenge_is_the_one_of_RFC_7636_appendix_B() =>
        Assert.Equal("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", Pkce.Challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"));

    [Fact]
    public void A_verifier_is_256_random_bits_as_43_unreserved_characters()
    {
        var texts = Enumerable.Range(0, 1000).Select(_ => Pkce.RandomText()).ToArray();

        Assert.All(texts, text => Assert.Matches(new Regex("^[A-Za-z0-9_-]{43}$"), text));
        Assert.Equal(texts.Length, texts.Distinct().Count());
        // A counter or a clock in front would show.
        Assert.InRange(texts.Select(text => text[..4]).Distinct().Count(), 990, 1000);
    }
}
