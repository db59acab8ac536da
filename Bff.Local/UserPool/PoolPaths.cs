namespace Bff.Local.UserPool;

/// <summary>The endpoints, as faults and the request log name them; those of the issuer without the pool's own path.</summary>
internal static class PoolPaths
{
    public const string Discovery = "/.well-known/openid-configuration";
    public const string Jwks = "/.well-known/jwks.json";
    public const string Authorize = "/oauth2/authorize";
    public const string Token = "/oauth2/token";
    public const string UserInfo = "/oauth2/userInfo";
    public const string Revoke = "/oauth2/revoke";
    public const string Login = "/login";
    public const string ChangePassword = "/changePassword";
    public const string Logout = "/logout";
    public const string Error = "/error";
    public const string Console = "/";
    public const string AddUser = "/users";
    public const string Faults = "/faults";
    public const string KeyRotation = "/faults/key-rotation";

    /// <summary>Those that can have a fault: all but the ones that end it.</summary>
    public static readonly string[] WithFaults =
        [Authorize, Token, UserInfo, Revoke, Login, ChangePassword, Logout, Error, Discovery, Jwks, AddUser, Console];
}
