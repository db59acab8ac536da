using System.Text.RegularExpressions;
using static Bff.Tests.Contract.WrittenCode;

namespace Bff.Tests.Contract;

/// <summary>Which part of the code may know which.</summary>
public sealed class ArrowTests
{
    private static readonly string[] Parts = ["Oidc", "Sessions", "Settings", "Storage", "Errors", "Security", "Operations"];

    /// <summary>
    /// The arrows: whose types the files of a folder may name. What stands under none of these names is a flow, and knows all
    /// parts.
    /// </summary>
    private static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["Settings"] = [],
        ["Storage"] = ["Settings"],
        ["Oidc"] = ["Settings"],
        ["Errors"] = ["Settings", "Storage"],
        ["Sessions"] = ["Oidc", "Settings", "Storage", "Errors", "Security"],
        ["Security"] = ["Settings", "Storage", "Errors"],
        ["Operations"] = ["Settings", "Storage", "Errors", "Security", "Sessions"],
        // Between flows, deliberately: a refresh answers as /me does, the proxy refreshes.
        ["Logout"] = Parts,
        ["SignIn"] = Parts,
        ["Refresh"] = Parts,
        ["Proxy"] = [.. Parts, "Refresh"],
    };

    /// <summary>Every part reports its events there.</summary>
    private const string Telemetry = "Telemetry";

    /// <summary>They put everything together, or examine it.</summary>
    private static readonly string[] SeeAll = ["Bff/Program.cs", "Bff/GlobalUsings.cs", "Bff/Settings/BffSettings.cs", Doctor];

    private const string Doctor = "Bff/Operations/Doctor/";

    private static readonly string[] Folders =
        [.. Sources.Select(file => file.Folder).Where(folder => !folder.EndsWith(".cs", StringComparison.Ordinal)).Distinct()];

    public static TheoryData<string> FolderRows => [.. Folders];

    [Theory, MemberData(nameof(FolderRows))]
    public void A_folder_knows_only_those_that_it_may(string folder)
    {
        var allowed = Arrows.GetValueOrDefault(folder, Parts);

        var arrows = Sources
            .Where(file => file.Folder == folder && !Array.Exists(SeeAll, path => file.Path.StartsWith(path, StringComparison.Ordinal)))
            .SelectMany(file => file.Uses(Folders.Except(allowed)).Where(other => other != "Operations" || !ReportsOnly(file))
                .Select(other => $"{file.Path} -> {other}"));

        Assert.Empty(arrows);
    }

    [Fact]
    public void Telemetry_knows_no_other_part() =>
        Assert.Empty(Sources.Single(file => file.Path == "Bff/Operations/Telemetry.cs").Uses(Folders));

    [Fact]
    public void The_scan_sees_an_arrow_when_there_is_one()
    {
        var seen = Sources.Single(file => file.Path == "Bff/Refresh/LeasedRefresh.cs").Uses(Folders);

        Assert.Equal(["Errors", "Oidc", "Operations", "Sessions", "Storage"], seen.Order());
    }

    [Fact]
    public void Of_the_protocol_sessions_know_only_tokens_revocation_and_options()
    {
        var others = Types.Where(type => type.Namespace == "Bff.Oidc" && !type.IsNested).Select(type => type.Name)
            .Except(["TokenSet", "TokenClient", "OidcOptions"]).ToList();

        Assert.Empty(Sources.Where(file => file.Folder == "Sessions")
            .SelectMany(file => others.Where(file.Names).Select(name => $"{file.Path} -> {name}")));
    }

    [Fact]
    public void The_protocol_knows_no_HTTP_request_no_cookie_and_no_store()
    {
        string[] foreign = ["HttpContext", "HttpRequest", "HttpResponse", "IHttpContextAccessor", "IResult", "IDatabase",
            "IConnectionMultiplexer", "RedisKey", "RedisValue", "CookieOptions", "ProtectedCookie", "SessionCookie", "LoginCookie"];

        Assert.Empty(Sources.Where(file => file.Folder == "Oidc")
            .SelectMany(file => foreign.Where(file.Names).Select(name => $"{file.Path} -> {name}")));
    }

    [Fact]
    public void Only_the_judge_makes_an_authorization_code() =>
        Assert.Equal(["Bff/Oidc/AuthorizationResponse.cs"],
            Sources.Where(file => file.Code.Contains("AuthorizationCode.Judged(", StringComparison.Ordinal)).Select(file => file.Path));

    [Fact]
    public void Only_the_store_and_its_neighbours_speak_to_Redis()
    {
        string[] speakers =
        [
            "KeyRing", "KeyRingBackup", "RedisConnection", "RedisWatch", "RedisCommands", "Health", "SessionStore", "SessionBus",
            "UserSessions", "RefreshLease", "RefreshLeases", "BackChannelLogout", "PendingSignInStore",
        ];
        string[] measured = ["SessionStore", "UserSessions", "RefreshLease", "RefreshLeases", "BackChannelLogout", "PendingSignInStore"];

        Assert.Empty(Sources.Where(file =>
            (file.Names("IDatabase") || file.Names("IConnectionMultiplexer") || file.Names("RedisCommands"))
            && !speakers.Contains(System.IO.Path.GetFileNameWithoutExtension(file.Path))
            && !file.Path.StartsWith(Doctor, StringComparison.Ordinal)).Select(file => file.Path));
        Assert.Empty(Sources.Where(file => file.Names("IDatabase")
            && measured.Contains(System.IO.Path.GetFileNameWithoutExtension(file.Path))).Select(file => file.Path));
        Assert.Empty(Sources.Where(file => Regex.IsMatch(file.Code,
            @"\.(Keys|KeysAsync|Scan|HashScan|SetScan)\(|LuaScript|Execute(Async)?\(\s*"""))
            .Select(file => file.Path));
    }

    /// <summary>Whether telemetry is all that the file names of its folder.</summary>
    private static bool ReportsOnly(SourceFile file) =>
        !Types.Where(type => type.Namespace == "Bff.Operations" && !type.IsNested && type.Name != Telemetry)
            .Any(type => file.Names(type.Name));
}
