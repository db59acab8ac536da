using Bff.Oidc;
using Bff.Settings;
using Bff.SignIn;
using Bff.Tests.Hosting;

namespace Bff.Tests.SignIn;

/// <summary>What <c>GET /login</c> takes in each parameter.</summary>
[Row("LGN-04", "RED-16")]
public sealed class LoginRequestTests
{
    private static readonly LoginRequestValidator Validator =
        new(new BffOptions { PublicUrl = "https://bff.example.com", SpaOrigins = ["https://app.example.com"] });

    private static readonly LoginRequest Nothing = new();

    [Theory]
    [InlineData("returnUrl", ""), InlineData("returnUrl", "/orders"), InlineData("returnUrl", "https://app.example.com/orders")]
    [InlineData("prompt", "none"), InlineData("prompt", "login"), InlineData("prompt", "consent"), InlineData("prompt", "select_account")]
    [InlineData("prompt", "login consent"), InlineData("prompt", "select_account login consent")]
    [InlineData("loginHint", ""), InlineData("loginHint", "alice@example.com"), InlineData("loginHint", "Ålice +1 & \"co\"")]
    [InlineData("loginHint", "256")]
    [InlineData("identityProvider", "COGNITO"), InlineData("identityProvider", "Google"), InlineData("identityProvider", "my.idp_1-x")]
    [InlineData("identityProvider", "会社"), InlineData("identityProvider", "64")]
    [InlineData("lang", "de"), InlineData("lang", "pt-BR"), InlineData("lang", "zh-Hant-TW"), InlineData("lang", "fil")]
    [InlineData("maxAge", "0"), InlineData("maxAge", "300"), InlineData("maxAge", "31536000")]
    public void A_value_is_taken(string parameter, string value) => Assert.Empty(FaultyParameters(parameter, value));

    [Theory]
    [InlineData("returnUrl", "//evil.example"), InlineData("returnUrl", "https://evil.example"), InlineData("returnUrl", " ")]
    [InlineData("returnUrl", "http://[::1")]
    [InlineData("prompt", ""), InlineData("prompt", " "), InlineData("prompt", "LOGIN"), InlineData("prompt", "login ")]
    [InlineData("prompt", "login  consent")]
    [InlineData("prompt", "login login"), InlineData("prompt", "none login"), InlineData("prompt", "create")]
    [InlineData("prompt", "login&scope=admin")]
    [InlineData("prompt", "login\tconsent")]
    [InlineData("loginHint", "257"), InlineData("loginHint", "a\r\nb"), InlineData("loginHint", "a\0")]
    [InlineData("loginHint", "\u001b[31m")]
    [InlineData("loginHint", "\u0085")]
    [InlineData("identityProvider", ""), InlineData("identityProvider", "65"), InlineData("identityProvider", "a b")]
    [InlineData("identityProvider", "a&b")]
    [InlineData("identityProvider", "a/b"), InlineData("identityProvider", "a\n"), InlineData("identityProvider", "https://evil.example")]
    [InlineData("lang", ""), InlineData("lang", "d"), InlineData("lang", "deutsch"), InlineData("lang", "de_DE"), InlineData("lang", "de-")]
    [InlineData("lang", "de\n"), InlineData("lang", "de&x=1"), InlineData("lang", "a1")]
    [InlineData("maxAge", "-1"), InlineData("maxAge", "31536001")]
    public void A_value_is_refused_under_its_name(string parameter, string value) =>
        Assert.Equal([parameter], FaultyParameters(parameter, value));

    [Fact]
    public void All_faults_are_reported_at_once()
    {
        var faults = Validator.Validate(Request("//evil.example", "create", "\0", "a b", "de_DE", -1)).ToDictionary();

        Assert.Equal(["identityProvider", "lang", "loginHint", "maxAge", "prompt", "returnUrl"], faults.Keys.Order());
        Assert.All(faults, fault => Assert.StartsWith(fault.Key + " must be", Assert.Single(fault.Value), StringComparison.Ordinal));
    }

    [Fact]
    public void A_fault_does_not_repeat_what_was_sent()
    {
        const string Canary = "<script>canary</script>";
        var faults = Validator.Validate(Request(Canary, Canary, Canary + "\0", Canary, Canary, null)).ToDictionary();

        Assert.Equal(5, faults.Count);
        Assert.DoesNotContain("canary", string.Concat(faults.Values.SelectMany(texts => texts)), StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_taken_becomes_the_hints() =>
        Assert.Equal(new AuthorizationHints("login", "alice", "Google", "de", 7),
            Request("/x", "login", "alice", "Google", "de", 7).Hints());

    /// <summary>The names of the parameters at fault; a number as a text's value stands for a text of that length.</summary>
    private static IEnumerable<string> FaultyParameters(string parameter, string value)
    {
        var text = int.TryParse(value, out var length) && length > 0 ? new string('a', length) : value;
        var request = parameter switch
        {
            "returnUrl" => Nothing with { ReturnUrl = text },
            "prompt" => Nothing with { Prompt = text },
            "loginHint" => Nothing with { LoginHint = text },
            "identityProvider" => Nothing with { IdentityProvider = text },
            "lang" => Nothing with { Lang = text },
            _ => Nothing with { MaxAge = length },
        };
        return Validator.Validate(request).ToDictionary().Keys;
    }

    private static LoginRequest Request(
        string? returnUrl, string? prompt, string? hint, string? provider, string? lang, int? maxAge) => new()
        {
            ReturnUrl = returnUrl,
            Prompt = prompt,
            LoginHint = hint,
            IdentityProvider = provider,
            Lang = lang,
            MaxAge = maxAge,
        };
}
