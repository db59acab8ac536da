using System.Buffers.Text;
using System.Text;
using Bff.Oidc;
using Bff.Tests.Hosting;
using CsCheck;

namespace Bff.Tests.Oidc;

/// <summary>
/// No change to an ID token goes unnoticed, and no payload, however odd and well signed, is more than a verdict. See <see
/// cref="Fuzz"/> for longer runs.
/// </summary>
[Row("IDT-01", "IDT-03", "IDT-06")]
public sealed class FuzzedIdTokenTests
{
    [Fact]
    public async Task A_changed_token_is_refused()
    {
        await using var party = await RelyingParty.StartAsync();
        string[] good = [party.IdToken().Compact(), party.IdToken().With("email", "mallory@example.com").Compact(),
            party.IdToken().SignedBy(TestKey.Second).With("sub", "another").Compact()];
        foreach (var token in good) Assert.IsType<Verdict<IdToken>.Accepted>(await party.JudgeAsync(token));

        await Gen.OneOf<string>(Fuzz.Text(good), Spliced(good)).RunAsync(async text =>
        {
            var verdict = await party.JudgeAsync(text);

            // A signature's last character has bits that stand for nothing: as bytes it is the same token. Undecided is a key id
            // that is unknown.
            Assert.True(verdict is Verdict<IdToken>.Refused or Verdict<IdToken>.Undecided || good.Any(token => IsSame(token, text)),
                $"{verdict}");
        }, Fuzz.Print);
    }

    [Fact]
    public async Task A_payload_that_the_provider_signed_is_judged_and_never_throws()
    {
        await using var party = await RelyingParty.StartAsync();
        var token = party.IdToken();
        string[] payloads = [token.Claims.ToJsonString(),
            token.With("cognito:groups", null).With("auth_time", 1).With("azp", TestProvider.ClientId)
            .WithRaw("aud", $"[\"{TestProvider.ClientId}\"]").Claims.ToJsonString()];

        await Fuzz.Text(payloads).RunAsync(async payload =>
        {
            var verdict = await party.JudgeAsync(token.Compact(payload), maxAge: 100);

            if (verdict is Verdict<IdToken>.Accepted valid) Assert.InRange(valid.Value.Subject.Length, 1, 255);
            else Assert.IsType<Verdict<IdToken>.Refused>(verdict);
            await party.JudgeSuccessorAsync(token.Compact(payload), party.IdToken().Compact());
        }, Fuzz.Print);
    }

    [Fact]
    public async Task A_header_that_the_provider_signed_is_judged_and_never_throws()
    {
        await using var party = await RelyingParty.StartAsync();
        var (header, payload) = (party.IdToken().Header.ToJsonString(), TestToken.Encode(party.IdToken().Claims.ToJsonString()));

        await Fuzz.Text(header, header.Replace("RS256", "none", StringComparison.Ordinal),
            header.Insert(1, "\"crit\":[\"b64\"],\"b64\":false,")).RunAsync(async text =>
        {
            var input = TestToken.Encode(text) + "." + payload;
            var verdict = await party.JudgeAsync(input + "."
                + Base64Url.EncodeToString(TestKey.First.Sign("RS256", Encoding.ASCII.GetBytes(input))));

            Assert.False(verdict is Verdict<IdToken>.Accepted
                && !(text.Contains("RS256", StringComparison.Ordinal) || text.Contains("\\u", StringComparison.Ordinal)), Fuzz.Print(text));
        }, Fuzz.Print);
    }

    /// <summary>Any header with any payload and any signature, of which at most two belong together.</summary>
    private static Gen<string> Spliced(string[] tokens)
    {
        var part = Gen.Int[0, tokens.Length - 1];
        return Gen.Select(part, part, part, (header, payload, signature) =>
            string.Join('.', tokens[header].Split('.')[0], tokens[payload].Split('.')[1], tokens[signature].Split('.')[2]));
    }

    private static bool IsSame(string token, string other)
    {
        string[] parts = token.Split('.'), others = other.Split('.');
        return others.Length == 3 && parts[0] == others[0] && parts[1] == others[1] && Base64Url.IsValid(others[2])
            && Base64Url.DecodeFromChars(parts[2]).AsSpan().SequenceEqual(Base64Url.DecodeFromChars(others[2]));
    }
}
