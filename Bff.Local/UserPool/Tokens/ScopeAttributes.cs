using Bff.Local.UserPool.Users;

namespace Bff.Local.UserPool.Tokens;

/// <summary>Which attributes of a user a granted scope opens.</summary>
internal static class ScopeAttributes
{
    private static readonly Dictionary<string, string[]> ByScope = new()
    {
        ["email"] = ["email_verified", "email"],
        ["phone"] = ["phone_number_verified", "phone_number"],
        ["profile"] = ["name", "family_name", "given_name", "middle_name", "nickname", "preferred_username", "profile", "picture",
            "website", "gender", "birthdate", "zoneinfo", "locale", "updated_at"],
    };

    public static IEnumerable<KeyValuePair<string, string>> Of(PoolUser user, AppClient client, IReadOnlyList<string> scope)
    {
        var all = user.Attributes.Append(new("email", user.Email)).Where(attribute => client.MayRead(attribute.Key));
        // openid alone opens everything that the client may read.
        var narrowed = scope.Where(ByScope.ContainsKey).SelectMany(name => ByScope[name]).ToHashSet();
        return narrowed.Count == 0 ? all : all.Where(attribute => narrowed.Contains(attribute.Key));
    }

    /// <summary>Cognito refuses the exchange when a scope needs an attribute that the client cannot read.</summary>
    public static bool AreReadable(AppClient client, IReadOnlyList<string> scope) =>
        scope.Where(name => name is "email" or "phone").SelectMany(name => ByScope[name]).All(client.MayRead);
}
