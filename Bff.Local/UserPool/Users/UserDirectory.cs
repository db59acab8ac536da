using System.Collections.Concurrent;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Bff.Local.UserPool.Users;

/// <summary>The pool's users, and what an administrator may do to them.</summary>
internal sealed class UserDirectory
{
    // Far fewer rounds than the default: the passwords are public, and a start should not take a second.
    private readonly PasswordHasher<PoolUser> hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = 5_000 }));
    private readonly ConcurrentDictionary<string, PoolUser> bySub = [];
    private readonly Lock gate = new();
    private readonly PoolClock clock;
    private readonly PasswordPolicy policy;

    public UserDirectory(UserPoolOptions options, PoolClock clock)
    {
        this.clock = clock;
        policy = options.Pool.Policies.PasswordPolicy;
        foreach (var user in options.Users)
        {
            Add(user);
        }
    }

    public IReadOnlyList<PoolUser> All => [.. bySub.Values.OrderBy(user => user.Email, StringComparer.Ordinal)];

    public PoolUser? BySub(string sub) => bySub.GetValueOrDefault(sub);

    /// <summary>E-mail addresses differ not by case: <c>UsernameConfiguration.CaseSensitive</c> is false.</summary>
    public PoolUser? ByEmail(string email) =>
        bySub.Values.FirstOrDefault(user => string.Equals(user.Email, email.Trim(), StringComparison.OrdinalIgnoreCase));

    /// <summary><c>admin-create-user</c>; null when the address is taken.</summary>
    public PoolUser? Add(UserSettings settings)
    {
        var permanent = settings.Password is not null;
        var user = new PoolUser
        {
            Sub = Uuid.New(),
            Email = settings.Username.Trim(),
            Status = permanent ? UserStatus.Confirmed : UserStatus.ForceChangePassword,
            PasswordHash = Hash(settings.Password ?? settings.TemporaryPassword ?? ""),
            TemporaryPasswordExpiresAt = permanent ? null : clock.Now.AddDays(policy.TemporaryPasswordValidityDays),
            Attributes = new Dictionary<string, string>(settings.UserAttributes),
            Groups = [.. settings.Groups],
        };
        lock (gate)
        {
            return ByEmail(user.Email) is null ? bySub[user.Sub] = user : null;
        }
    }

    public bool Matches(PoolUser user, string password) => Matches(user.PasswordHash, password);

    /// <summary>The policy's demands and, where the pool remembers passwords, that the new one is new.</summary>
    public IReadOnlyList<PasswordDemand> Judge(PoolUser user, string newPassword) => policy.PasswordHistorySize == 0
        ? [.. policy.Judge(newPassword)]
        : [.. policy.Judge(newPassword), new("To differ from your earlier passwords", Met: !UsedBefore(user, newPassword))];

    /// <summary>The user's own new password; what was temporary is so no longer.</summary>
    public PoolUser Confirm(PoolUser user, string newPassword)
    {
        var newHash = Hash(newPassword);
        return Change(user.Sub, current => current with
        {
            Status = UserStatus.Confirmed,
            PasswordHash = newHash,
            FormerPasswordHashes = [.. current.FormerPasswordHashes.Prepend(current.PasswordHash).Take(policy.PasswordHistorySize)],
            TemporaryPasswordExpiresAt = null,
        });
    }

    /// <summary><c>admin-user-global-sign-out</c>: refresh tokens die, the pool's own browser sessions do not.</summary>
    public void SignOutEverywhere(PoolUser user) => Change(user.Sub, current => current with { SignedOutAt = clock.Now });

    /// <summary><c>admin-disable-user</c>.</summary>
    public void Disable(PoolUser user) => Change(user.Sub, current => current with { Enabled = false });

    /// <summary><c>admin-update-user-attributes</c>, <c>admin-add-user-to-group</c> and the like.</summary>
    public PoolUser Change(string sub, Func<PoolUser, PoolUser> change)
    {
        lock (gate)
        {
            return bySub[sub] = change(bySub[sub]);
        }
    }

    public string Hash(string password) => hasher.HashPassword(null!, password);

    private bool UsedBefore(PoolUser user, string password) =>
        user.FormerPasswordHashes.Prepend(user.PasswordHash).Take(policy.PasswordHistorySize).Any(hash => Matches(hash, password));

    private bool Matches(string hash, string password) =>
        hasher.VerifyHashedPassword(null!, hash, password) != PasswordVerificationResult.Failed;
}
