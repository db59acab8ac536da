using System.Buffers.Text;
using System.Text;
using Bff.Oidc;
using Bff.Tests.Hosting;
using Bff.Tests.Oidc;

namespace Bff.Tests.Logout;

/// <summary>
/// No change to a logout token goes unnoticed, and no payload or header, however odd and well signed, is more than a verdict. See
/// <see cref="Fuzz"/> for longer runs.
/// </summary>
[Row("BCL-02", "BCL-04")]
public sealed class FuzzedLogoutTokenTests
{
    [Fact]
    public async Task A_changed_token_is_refused()
    {
        await using var party = await RelyingParty.StartAsync(options => options.Provider = ProviderKind.oidc);
        string[] good = [party.Provider.LogoutToken().Compact(),
            party.Provider.LogoutToken("another", "a-session").SignedBy(TestKey.Second).Compact()];
        foreach (var token in good) Assert.IsType<Verdict<LogoutToken>.Accepted>(await party.JudgeLogoutAsync(token));

        await Fuzz.Text(good).RunAsync(async text =>
        {
            var verdict = await party.JudgeLogoutAsync(text);

            Assert.True(verdict is Verdict<LogoutToken>.Refused or Verdict<LogoutToken>.Undecided
                || good.Any(token => IsSame(token, text)), $"{verdict}");
        }, Fuzz.Print);
    }

    [Fact]
    public async Task A_payload_that_the_provider_signed_is_judged_and_never_throws()
    {
        await using var party = await RelyingParty.StartAsync(options => options.Provider = ProviderKind.oidc);
        var token = party.Provider.LogoutToken(The.Subject, "a-session");

        await Fuzz.Text(token.Claims.ToJsonString(), party.Provider.LogoutToken().Claims.ToJsonString()).RunAsync(async payload =>
        {
            var verdict = await party.JudgeLogoutAsync(token.Compact(payload));

            if (verdict is not Verdict<LogoutToken>.Accepted { Value: var accepted })
            {
                Assert.IsType<Verdict<LogoutToken>.Refused>(verdict);
                return;
            }
            Assert.InRange((accepted.Subject ?? accepted.ProviderSession)!.Length, 1, 255);
            Assert.NotEmpty(accepted.Id);
            Assert.False(payload.Contains("\"nonce\"", StringComparison.Ordinal), Fuzz.Print(payload));
        }, Fuzz.Print);
    }

    [Fact]
    public async Task A_header_that_the_provider_signed_is_judged_and_never_throws()
    {
        await using var party = await RelyingParty.StartAsync(options => options.Provider = ProviderKind.oidc);
        var token = party.Provider.LogoutToken();
        var (header, payload) = (token.Header.ToJsonString(), TestToken.Encode(token.Claims.ToJsonString()));

        await Fuzz.Text(header, header.Replace("RS256", "none", StringComparison.Ordinal),
            header.Replace("logout+jwt", "JWT", StringComparison.Ordinal)).RunAsync(async text =>
        {
            var input = TestToken.Encode(text) + "." + payload;
            var verdict = await party.JudgeLogoutAsync(input + "."
                + Base64Url.EncodeToString(TestKey.First.Sign("RS256", Encoding.ASCII.GetBytes(input))));

            Assert.False(verdict is Verdict<LogoutToken>.Accepted
                && !(text.Contains("RS256", StringComparison.Ordinal) || text.Contains("\\u", StringComparison.Ordinal)), Fuzz.Print(text));
        }, Fuzz.Print);
    }

    // A signature's last character has bits that stand for nothing: as bytes it is the same token.
    private static bool IsSame(string token, string other)
    {
        string[] parts = token.Split('.'), others = other.Split('.');
        return others.Length == 3 && parts[0] == others[0] && parts[1] == others[1] && Base64Url.IsValid(others[2])
            && Base64Url.DecodeFromChars(parts[2]).AsSpan().SequenceEqual(Base64Url.DecodeFromChars(others[2]));
    }
}
