using Bff.Oidc;
using Bff.Refresh;
using Bff.Sessions;
using Bff.Tests.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace Bff.Tests.Refresh;

/// <summary>When an access token in use is refreshed.</summary>
public sealed class RefreshDueTests
{
    private readonly FakeTimeProvider time = new(The.Beginning);
    private readonly SessionId[] ids = [.. Enumerable.Range(0, 200).Select(_ => SessionId.Create())];
    private readonly RefreshDue due;

    public RefreshDueTests() => due = new RefreshDue(new Bff.Sessions.SessionOptions(), time);

    [Fact]
    [Row("RFR-12")]
    public void All_are_due_the_set_time_before_their_expiry_and_none_much_earlier()
    {
        var tokens = Tokens(TimeSpan.FromHours(1));

        time.SetUtcNow(tokens.ExpiresAt - TimeSpan.FromSeconds(76));
        Assert.DoesNotContain(ids, id => IsDue(id, tokens));
        time.SetUtcNow(tokens.ExpiresAt - TimeSpan.FromSeconds(60));
        Assert.All(ids, id => Assert.True(IsDue(id, tokens)));
    }

    [Fact]
    public void Whose_tokens_came_at_the_same_moment_are_not_all_due_at_the_same_moment()
    {
        var tokens = Tokens(TimeSpan.FromHours(1));

        time.SetUtcNow(tokens.ExpiresAt - TimeSpan.FromSeconds(68));

        Assert.InRange(ids.Count(id => IsDue(id, tokens)), 50, 150);
    }

    [Fact]
    public void A_token_that_lives_no_longer_than_that_time_is_not_refreshed_at_every_use()
    {
        var tokens = Tokens(TimeSpan.FromSeconds(8));

        time.Advance(TimeSpan.FromSeconds(2.9));
        Assert.DoesNotContain(ids, id => IsDue(id, tokens));
        time.Advance(TimeSpan.FromSeconds(1.1));
        Assert.All(ids, id => Assert.True(IsDue(id, tokens)));
    }

    private bool IsDue(SessionId id, TokenSet tokens) =>
        due.IsDue(new Session(id, The.Subject, "https://pool.example.com", The.Nonce, UserClaims.Of([]), The.Beginning,
            tokens)
        { LastUsed = The.Beginning },
            force: false);

    private TokenSet Tokens(TimeSpan lifetime) => new("access", "refresh", "id", "openid", time.GetUtcNow(), time.GetUtcNow() + lifetime);
}
