using System.Reflection;
using System.Text.Json.Nodes;
using Bff.Oidc;
using Bff.Operations.Doctor;
using Bff.Refresh;
using Bff.Sessions;
using Bff.Settings;
using Bff.SignIn;
using Bff.Tests.Hosting;
using Microsoft.Extensions.Logging;

namespace Bff.Tests.Sessions;

/// <summary>
/// What holds a secret does not print it: not by itself, not in a text, not in a log. A record prints all its properties by
/// default.
/// </summary>
[Row("LOG-01")]
public sealed class RedactionTests
{
    private const string Canary = "canary";

    private static readonly SessionId Id = SessionId.Create();
    private static readonly TokenSet Tokens = new(Canary, Canary, Canary, Canary, The.Beginning, The.Beginning);
    private static readonly Session Session =
        new(Id, Canary, Canary, Canary, UserClaims.Of(new JsonObject { ["email"] = Canary }), The.Beginning, Tokens)
        {
            LastUsed = The.Beginning,
            Version = Canary
        };
    private static readonly TokenResponse Response = new(Canary, Canary, Canary, TimeSpan.Zero, Canary);
    private static readonly PendingSignIn Pending = new(Canary, Canary, Canary, Canary, The.Beginning, "canary"u8.ToArray(), 1);

    private static readonly BffSettings Settings = new(
        new() { ManagementKey = Canary, PreviousManagementKey = Canary }, new() { ClientSecret = Canary }, new() { Configuration = Canary },
        new(), new() { CertificatePassword = Canary, PreviousCertificatePassword = Canary }, new());

    private static readonly object[] Secrets =
    [
        Id, Tokens, Session, Response, Pending,
        new AuthorizationRequest(Canary, Canary, Canary, Canary),
        new AuthorizationResponse(Canary, Canary, Canary, Canary),
        AuthorizationCode.Judged(Canary),
        new AuthorizationVerdict.Granted(AuthorizationCode.Judged(Canary)),
        new IdTokenExpectation.AtSignIn(Canary, Canary, The.Beginning, 1),
        new IdTokenExpectation.AtRefresh(Canary, Canary, Canary),
        new TokenResult.Granted(Response),
        new TokenResult.Unavailable("timeout") { RefreshToken = Canary },
        new CurrentSession(Session),
        Session.Claims,
        new SessionChange.Refreshed(Session),
        new SignInBrowser("Firefox on Linux", Id),
        new SignInResult.SignedIn(Id),
        new PendingSignInStore.Taken.Pending(new SignInKey(Canary, "canary"u8.ToArray()), Pending, Canary),
        new RefreshOutcome.Usable(Session),
        new TokenRenewal.Result.Renewed(Session),
        new TokenRenewal.Result.Refused("expected sub to stay the same", Canary),
        Settings,
        new Installation(Settings, Apis: [], Faults: []),
    ];

    public static TheoryData<string> Rows => [.. Secrets.Select(secret => secret.GetType().FullName!)];

    [Theory, MemberData(nameof(Rows))]
    public void It_prints_no_secret(string type)
    {
        var secret = Secrets.Single(candidate => candidate.GetType().FullName == type);

        AssertSilent(secret.ToString()!);
        AssertSilent($"{secret}");
        AssertSilent(string.Create(null, $"{secret,10}"));
    }

    [Theory, MemberData(nameof(Rows))]
    public void It_tells_a_log_no_secret(string type)
    {
        using var sink = new LogSink();
        using var factory = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(sink));
        var secret = Secrets.Single(candidate => candidate.GetType().FullName == type);

#pragma warning disable CA1848 // What a hurried line of somebody's would do.
        factory.CreateLogger("test").LogInformation("{Secret} {Destructured} {Text}", secret, secret, $"{secret}");
#pragma warning restore CA1848

        AssertSilent(sink.All);
    }

    /// <summary>A new record that holds one of these, or a token under its own name, must be listed above.</summary>
    [Fact]
    public void Every_record_that_could_hold_a_secret_is_in_the_list()
    {
        string[] telling = ["AccessToken", "RefreshToken", "IdToken", "CodeVerifier", "Nonce", "State", "Code", "Secret", "ClientSecret"];
        var holding = Secrets.Select(secret => secret.GetType()).ToHashSet();
        var found = typeof(Bff.Program).Assembly.GetTypes().Where(type => type.GetMethod("<Clone>$") is not null && !type.IsAbstract && type
            .GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Any(property => holding.Contains(property.PropertyType)
                || (property.PropertyType == typeof(string) && telling.Contains(property.Name))));

        // Records of public words: an error's code, and what the query of a callback is documented to hold; and what the SPA gets.
        string[] harmless = ["MeResponse", "ProblemCode", "ProblemBody", "SignInError", "Parameters"];
        Assert.Empty(found.Except(holding).Where(type => !harmless.Contains(type.Name)).Select(type => type.FullName));
    }

    private static void AssertSilent(string text)
    {
        Assert.DoesNotContain(Canary, text, StringComparison.Ordinal);
        foreach (var bytes in new[] { Id.Reveal(), Id.EncryptionKey.ToArray() })
        {
            Assert.DoesNotContain(Convert.ToBase64String(bytes)[..8], text, StringComparison.Ordinal);
            Assert.DoesNotContain(Convert.ToHexString(bytes)[..8], text, StringComparison.OrdinalIgnoreCase);
        }
    }
}
