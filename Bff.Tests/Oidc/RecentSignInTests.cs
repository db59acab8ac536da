using Bff.Oidc;
using Bff.Tests.Hosting;

namespace Bff.Tests.Oidc;

/// <summary>Where a recent sign-in was asked for, the ID token must tell of one (OpenID Connect Core 3.1.2.1, max_age).</summary>
public sealed class RecentSignInTests
{
    private static readonly long Now = The.Beginning.ToUnixTimeSeconds();

    [Theory, Row("IDT-19")]
    [InlineData(0, 0, true)]
    [InlineData(0, 60, true)]
    [InlineData(0, 61, false)]
    [InlineData(300, 360, true)]
    [InlineData(300, 361, false)]
    public async Task An_old_sign_in_is_refused_where_a_recent_one_was_asked_for(int maxAge, int secondsAgo, bool accepted)
    {
        await using var party = await RelyingParty.StartAsync();
        var token = party.IdToken().With("auth_time", Now - secondsAgo).Compact();

        Assert.Equal(accepted, await party.JudgeAsync(token, maxAge) is Verdict<IdToken>.Accepted);
        Assert.IsType<Verdict<IdToken>.Accepted>(await party.JudgeAsync(token));
    }

    [Theory, Row("IDT-19")]
    [InlineData(0, 240, true)]
    [InlineData(0, 361, false)]
    [InlineData(300, 660, true)]
    [InlineData(300, 661, false)]
    public async Task How_recent_is_measured_at_the_request_since_a_second_factor_takes_its_time(int maxAge, int secondsAgo, bool accepted)
    {
        await using var party = await RelyingParty.StartAsync();
        var token = party.IdToken().With("auth_time", Now - secondsAgo).Compact();

        var verdict = await party.JudgeAsync(token, maxAge, requestedAt: party.Time.GetUtcNow() - TimeSpan.FromMinutes(5));

        Assert.Equal(accepted, verdict is Verdict<IdToken>.Accepted);
    }

    [Theory, Row("IDT-19")]
    [InlineData(null)]
    [InlineData("null")]
    [InlineData("\"1767323045\"")]
    [InlineData("9223372036854775807")]
    [InlineData("-9223372036854775808")]
    [InlineData("253402300799")]
    [InlineData("1e300")]
    public async Task Without_a_usable_auth_time_no_sign_in_is_recent(string? authTime)
    {
        await using var party = await RelyingParty.StartAsync();
        var token = authTime is null ? party.IdToken().Without("auth_time") : party.IdToken().WithRaw("auth_time", authTime);

        Assert.IsType<Verdict<IdToken>.Refused>(await party.JudgeAsync(token.Compact(), maxAge: 300));
    }
}
