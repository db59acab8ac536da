namespace Bff.Local.UserPool.Users;

/// <summary>Cognito's user status, as far as the local pool has it.</summary>
internal enum UserStatus
{
    ForceChangePassword,
    Confirmed,
}

internal static class UserStatusName
{
    public static string Name(this UserStatus status) => status switch
    {
        UserStatus.ForceChangePassword => "FORCE_CHANGE_PASSWORD",
        UserStatus.Confirmed => "CONFIRMED",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, null),
    };
}
