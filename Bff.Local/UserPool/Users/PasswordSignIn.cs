namespace Bff.Local.UserPool.Users;

/// <summary>Judges a user name and password.</summary>
internal sealed class PasswordSignIn(UserDirectory users, PasswordAttempts attempts, PoolClock clock)
{
    private readonly string nobodysHash = users.Hash(Uuid.New());

    public PasswordVerdict Judge(AppClient client, string name, string password)
    {
        name = name.Trim();
        if (attempts.AreLocked(name))
        {
            return new PasswordVerdict.Refused("Password attempts exceeded. Wait a moment, then try again.");
        }

        // An unknown user costs the same time as a known one.
        var user = users.ByEmail(name);
        var matches = users.Matches(user ?? Nobody, password) && user is not null;
        if (!matches)
        {
            attempts.Failed(name);
            return new PasswordVerdict.Refused(user is null && client.PreventUserExistenceErrors == "LEGACY"
                ? "User does not exist."
                : "Incorrect username or password.");
        }

        attempts.Succeeded(name);
        return user switch
        {
            { Enabled: false } => new PasswordVerdict.Refused("User is disabled."),
            { Status: UserStatus.ForceChangePassword } when clock.Now >= user.TemporaryPasswordExpiresAt =>
                new PasswordVerdict.Refused("Temporary password has expired and must be reset by an administrator."),
            { Status: UserStatus.ForceChangePassword } => new PasswordVerdict.NewPasswordRequired(user),
            _ => new PasswordVerdict.Right(user!),
        };
    }

    private PoolUser Nobody => new() { Sub = "", Email = "", Status = UserStatus.Confirmed, PasswordHash = nobodysHash };
}

/// <summary>What came of a user name and password.</summary>
internal abstract record PasswordVerdict
{
    private PasswordVerdict()
    {
    }

    public sealed record Right(PoolUser User) : PasswordVerdict;

    /// <summary>The password was temporary: the user must choose one before anything else.</summary>
    public sealed record NewPasswordRequired(PoolUser User) : PasswordVerdict;

    public sealed record Refused(string Reason) : PasswordVerdict;
}
