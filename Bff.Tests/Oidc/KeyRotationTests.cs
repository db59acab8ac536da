using Bff.Oidc;
using Bff.Tests.Hosting;

namespace Bff.Tests.Oidc;

/// <summary>Which keys count, and when they are read again (OpenID Connect Core 10.1).</summary>
[Row("IDT-08", "KEY-02", "KEY-03", "KEY-05", "KEY-08")]
public sealed class KeyRotationTests
{
    [Fact]
    public async Task The_first_token_after_a_rotation_is_accepted()
    {
        await using var party = await RelyingParty.StartAsync();
        Assert.IsType<Verdict<IdToken>.Accepted>(await party.JudgeAsync(party.IdToken().Compact()));
        party.Time.Advance(TimeSpan.FromMinutes(50));

        party.Provider.Rotate(TestKey.Third);

        Assert.IsType<Verdict<IdToken>.Accepted>(await party.JudgeAsync(party.IdToken().Compact()));
        Assert.Equal(2, party.Provider.Count(TestProvider.Jwks));
    }

    [Fact]
    public async Task A_second_rotation_is_followed_as_soon_as_half_a_minute_has_gone_by()
    {
        await using var party = await RelyingParty.StartAsync();
        await party.JudgeAsync(party.IdToken().Compact());
        party.Time.Advance(TimeSpan.FromMinutes(50));
        party.Provider.Rotate(TestKey.Third);
        Assert.IsType<Verdict<IdToken>.Accepted>(await party.JudgeAsync(party.IdToken().Compact()));
        party.Provider.Rotate(TestKey.Elliptic.Named("new"), TestKey.First.Named("newer"));
        party.Provider.SigningKey = TestKey.First.Named("newer");

        party.Time.Advance(ProviderMetadata.KeyRefreshCoolDown - TimeSpan.FromSeconds(1));
        Assert.IsType<Verdict<IdToken>.Undecided>(await party.JudgeAsync(party.IdToken().Compact()));
        party.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.IsType<Verdict<IdToken>.Accepted>(await party.JudgeAsync(party.IdToken().Compact()));
    }

    [Fact]
    public async Task A_withdrawn_key_counts_no_more_once_the_keys_were_read_again()
    {
        await using var party = await RelyingParty.StartAsync();
        var old = party.IdToken().Compact();
        Assert.IsType<Verdict<IdToken>.Accepted>(await party.JudgeAsync(old));
        party.Time.Advance(TimeSpan.FromMinutes(1));
        party.Provider.Rotate(TestKey.Second);
        await party.JudgeAsync(party.IdToken().SignedBy(TestKey.Third).Compact());

        // Whether it was published again within the cool-down is unknown.
        Assert.IsType<Verdict<IdToken>.Undecided>(await party.JudgeAsync(old));
        party.Time.Advance(ProviderMetadata.KeyRefreshCoolDown);
        Assert.IsType<Verdict<IdToken>.Refused>(await party.JudgeAsync(old));
    }

    [Fact]
    public async Task A_known_key_with_a_bad_signature_costs_no_read()
    {
        await using var party = await RelyingParty.StartAsync();
        await party.JudgeAsync(party.IdToken().Compact());
        party.Time.Advance(TimeSpan.FromMinutes(50));

        Assert.IsType<Verdict<IdToken>.Refused>(await party.JudgeAsync(party.IdToken().SignedBy(TestKey.Third.Named(TestKey.First.Kid))
            .Compact()));

        Assert.Equal(1, party.Provider.Count(TestProvider.Jwks));
    }

    [Fact, Row("RFR-05")]
    public async Task A_token_of_an_unknown_key_is_undecided_while_the_keys_cannot_be_read()
    {
        await using var party = await RelyingParty.StartAsync();
        await party.JudgeAsync(party.IdToken().Compact());
        party.Time.Advance(TimeSpan.FromMinutes(50));
        party.Provider.Rotate(TestKey.Third);
        party.Provider.IsDown = true;

        Assert.IsType<Verdict<IdToken>.Undecided>(await party.JudgeAsync(party.IdToken().Compact()));
        Assert.IsType<Verdict<IdToken>.Undecided>(await party.JudgeAsync(party.IdToken().Compact()));
        Assert.Equal(2, party.Provider.Count(TestProvider.Discovery));

        party.Provider.IsDown = false;
        party.Time.Advance(ProviderMetadata.KeyRefreshCoolDown);
        Assert.IsType<Verdict<IdToken>.Accepted>(await party.JudgeAsync(party.IdToken().Compact()));
    }

    [Fact]
    public async Task A_provider_that_could_never_be_read_leaves_every_token_undecided()
    {
        await using var party = await RelyingParty.StartAsync();
        party.Provider.IsDown = true;

        Assert.IsType<Verdict<IdToken>.Undecided>(await party.JudgeAsync(party.IdToken().Compact()));
    }
}
