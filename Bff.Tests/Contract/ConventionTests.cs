using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Bff.Tests.Contract;

/// <summary>How the code is laid out: who may know whom, how large, how named.</summary>
public sealed class ConventionTests
{
    private const int MaximumLines = 150;

    private static readonly string[] Parts = ["Oidc", "Sessions", "Configuration", "Errors", "Security", "Operations"];

    /// <summary>The arrows: whose types the files of a folder may name. What stands under none of these names is a flow, and knows all parts.</summary>
    private static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["Configuration"] = [],
        ["Oidc"] = ["Configuration"],
        ["Errors"] = ["Configuration"],
        ["Sessions"] = ["Oidc", "Configuration", "Errors"],
        ["Security"] = ["Configuration", "Errors"],
        ["Operations"] = ["Configuration", "Errors", "Security", "Sessions"],
        // Between flows, deliberately: a sign-in ends the session before, a refresh answers as /me and ends what is refused, events show the access token as /me does, the proxy refreshes.
        ["Logout"] = Parts,
        ["SignIn"] = [.. Parts, "Logout"],
        ["Refresh"] = [.. Parts, "Me", "Logout"],
        ["Events"] = [.. Parts, "Me"],
        ["Proxy"] = [.. Parts, "Refresh"],
    };

    /// <summary>They put everything together.</summary>
    private static readonly string[] SeeAll = ["Bff/Program.cs", "Bff/GlobalUsings.cs", "Bff/Configuration/Settings.cs"];

    private static readonly string[] Banned = ["Manager", "Helper", "Util", "Utils", "Utility", "Service", "Base", "Impl", "Data", "Info"];

    private static readonly SourceFile[] Sources = [.. SourceFile.Of("Bff")];
    private static readonly string[] Folders = [.. Sources.Select(file => file.Folder).Where(folder => !folder.EndsWith(".cs", StringComparison.Ordinal)).Distinct()];
    private static readonly Type[] Types = [.. typeof(Bff.Program).Assembly.GetTypes().Where(IsWritten)];

    public static TheoryData<string> FolderRows => [.. Folders];

    public static TheoryData<string> ProjectRows => ["Bff", "Bff.Local"];

    [Theory, MemberData(nameof(FolderRows))]
    public void A_folder_knows_only_those_that_it_may(string folder)
    {
        var allowed = Arrows.GetValueOrDefault(folder, Parts);

        var arrows = Sources.Where(file => file.Folder == folder && !SeeAll.Contains(file.Path)).SelectMany(file => file.Uses(Folders.Except(allowed)).Select(other => $"{file.Path} -> {other}"));

        Assert.Empty(arrows);
    }

    [Fact]
    public void The_scan_sees_an_arrow_when_there_is_one()
    {
        var seen = Sources.Single(file => file.Path == "Bff/Refresh/RenewedTokens.cs").Uses(Folders);

        Assert.Equal(["Configuration", "Logout", "Oidc", "Sessions"], seen.Order());
        Assert.Contains("Errors", Sources.Single(file => file.Path == "Bff/Refresh/SessionRefresher.cs").Uses(Folders));
    }

    [Fact]
    public void Of_the_protocol_sessions_know_the_tokens_alone()
    {
        var others = Types.Where(type => type.Namespace == "Bff.Oidc" && !type.IsNested && type.Name != "TokenSet").Select(type => type.Name);

        Assert.Empty(Sources.Where(file => file.Folder == "Sessions").SelectMany(file => others.Where(file.Names).Select(name => $"{file.Path} -> {name}")));
    }

    [Fact]
    public void The_protocol_knows_no_HTTP_request_no_cookie_and_no_store()
    {
        string[] foreign = ["HttpContext", "HttpRequest", "HttpResponse", "IHttpContextAccessor", "IResult", "IDatabase", "IConnectionMultiplexer", "RedisKey", "RedisValue", "CookieOptions", "ProtectedCookie", "SessionCookie", "LoginCookie"];

        Assert.Empty(Sources.Where(file => file.Folder == "Oidc").SelectMany(file => foreign.Where(file.Names).Select(name => $"{file.Path} -> {name}")));
    }

    [Fact]
    public void Only_the_judge_makes_an_authorization_code() =>
        Assert.Equal(["Bff/Oidc/AuthorizationResponse.cs"], Sources.Where(file => file.Code.Contains("AuthorizationCode.Judged(", StringComparison.Ordinal)).Select(file => file.Path));

    [Fact]
    public void Only_the_store_and_its_neighbours_speak_to_Redis()
    {
        string[] speakers = ["KeyRing", "KeyRingStore", "RedisConnection", "RedisWatch", "Health", "RefreshLock", "SessionStore", "SessionIndex", "LogoutTokenStore", "PendingSignInStore", "SessionEvents"];

        Assert.Empty(Sources.Where(file => (file.Names("IDatabase") || file.Names("IConnectionMultiplexer")) && !speakers.Contains(System.IO.Path.GetFileNameWithoutExtension(file.Path))).Select(file => file.Path));
        Assert.Empty(Sources.Where(file => Regex.IsMatch(file.Code, @"\.(Keys|KeysAsync|Scan|HashScan|SetScan)\(|LuaScript|Execute(Async)?\(\s*""")).Select(file => file.Path));
    }

    [Fact]
    public void A_type_is_internal_and_sealed_static_or_abstract()
    {
        Assert.Empty(Types.Where(type => type.IsVisible).Select(type => type.FullName));
        Assert.Empty(Types.Where(type => type.IsClass && !type.IsSealed && !type.IsAbstract).Select(type => type.FullName));
    }

    [Theory, MemberData(nameof(ProjectRows))]
    public void A_file_is_one_idea_of_at_most_150_lines(string project) =>
        Assert.Empty(SourceFile.Of(project).Where(file => file.Lines.Length > MaximumLines).Select(file => $"{file.Path}: {file.Lines.Length}"));

    [Fact]
    public void A_type_name_says_what_it_is()
    {
        var words = Types.SelectMany(type => Regex.Split(type.Name.Split('`')[0], "(?=[A-Z])").Select(word => (type.FullName, Word: word)));

        Assert.Empty(words.Where(pair => Banned.Contains(pair.Word)).Select(pair => $"{pair.FullName}: {pair.Word}"));
        Assert.Empty(Types.Where(type => type.Name.StartsWith("Default", StringComparison.Ordinal)).Select(type => type.FullName));
    }

    [Fact]
    public void A_file_is_named_after_a_type_in_it_and_lies_where_its_namespace_says()
    {
        foreach (var file in Sources.Where(file => file.Path != "Bff/GlobalUsings.cs"))
        {
            var name = System.IO.Path.GetFileNameWithoutExtension(file.Path);
            Assert.True(Regex.IsMatch(file.Code, $@"\b(class|record|struct|interface|enum) {name}\b"), $"{file.Path} has no type {name}.");
            var folder = System.IO.Path.GetDirectoryName(file.Path)!.Replace('/', '.');
            Assert.True(file.Lines.Contains($"namespace {folder};"), $"{file.Path} is not in the namespace {folder}.");
        }
    }

    [Theory, MemberData(nameof(ProjectRows))]
    public void Nothing_is_left_for_later_and_no_time_is_taken_from_the_machine(string project)
    {
        foreach (var file in SourceFile.Of(project))
        {
            Assert.DoesNotMatch(@"\b(DateTime|DateTimeOffset)\.(Utc)?Now\b|\bGuid\.NewGuid\b|\bThread\.Sleep\b|\bnew Random\b|\bRandom\.Shared\b|ConfigureAwait\(false\)", file.Code);
            Assert.DoesNotMatch(@"\b(TODO|FIXME|HACK|XXX)\b", string.Join('\n', file.Lines));
        }
    }

    [Fact]
    public void What_waits_takes_a_name_that_says_so()
    {
        const BindingFlags Own = BindingFlags.DeclaredOnly | BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;
        var waiting = Types.SelectMany(type => type.GetMethods(Own)).Where(method => !method.IsDefined(typeof(CompilerGeneratedAttribute)) && !method.Name.Contains('<', StringComparison.Ordinal)
            && (typeof(Task).IsAssignableFrom(method.ReturnType) || method.ReturnType.Name.StartsWith("ValueTask", StringComparison.Ordinal)));

        Assert.Empty(waiting.Where(method => !method.Name.EndsWith("Async", StringComparison.Ordinal) && method.Name != "Main").Select(method => $"{method.DeclaringType}.{method.Name}"));
        Assert.Empty(Types.SelectMany(type => type.GetMethods(Own)).Where(method => method.GetParameters() is { Length: > 0 } parameters
            && Array.FindIndex(parameters, parameter => parameter.ParameterType == typeof(CancellationToken)) is >= 0 and var index && index < parameters.Length - 1
            && !method.IsDefined(typeof(CompilerGeneratedAttribute)) && !method.Name.Contains('<', StringComparison.Ordinal)).Select(method => $"{method.DeclaringType}.{method.Name}"));
    }

    /// <summary>By a person, not by the compiler or a generator.</summary>
    private static bool IsWritten(Type type) =>
        type.Namespace?.StartsWith("Bff", StringComparison.Ordinal) == true
        && !type.Name.Contains('<', StringComparison.Ordinal) && !type.IsDefined(typeof(CompilerGeneratedAttribute))
        && (type.DeclaringType is null || IsWritten(type.DeclaringType));
}
