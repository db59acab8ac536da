using System.Globalization;
using System.Web;
using Bff.Local.UserPool;
using Bff.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Bff.Tests.UserPool;

/// <summary>A local user pool of a test's own, on free ports, with a clock that the test turns.</summary>
internal sealed class LocalPool : IAsyncDisposable
{
    public const string ClientId = "4localbff0client0000000000";
    public const string ClientSecret = "localsecret00this0is0public00do0not0reuse00000000001";
    public const string Callback = "http://localhost:5000/callback";
    public const string Alice = "alice@example.com";
    public const string TemporaryPassword = "Temp#Passw0rd1";

    /// <summary>A user who is past her first sign-in.</summary>
    public const string Carol = "carol@example.com";
    public const string Password = "Correct-Horse-7";

    private LocalPool(UserPoolHandle handle, FakeTimeProvider time)
    {
        (Handle, Time) = (handle, time);
        Back = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, UseProxy = false });
    }

    public UserPoolHandle Handle { get; }

    public FakeTimeProvider Time { get; }

    /// <summary>A client's server side: no cookies, no redirects followed.</summary>
    public HttpClient Back { get; }

    public AppClient Client => Handle.Options.Clients[0];

    public static async Task<LocalPool> StartAsync(Action<UserPoolOptions>? change = null)
    {
        var options = UserPoolOptions.Read();
        options.DomainUrl = new("http://localhost:0");
        options.IssuerUrl = new("http://localhost:0/local_pool");
        options.Users.Add(new UserSettings
        {
            Username = Carol,
            Password = Password,
            UserAttributes = { ["email_verified"] = "true", ["name"] = "Carol", ["custom:tier"] = "7" },
            Groups = { "admins" }
        });
        change?.Invoke(options);
        var time = new FakeTimeProvider(DateTimeOffset.Parse("2026-03-01T12:00:00Z", CultureInfo.InvariantCulture));
        var handle = UserPoolServer.Build(options, builder =>
        {
            builder.Environment.EnvironmentName = "Testing";
            builder.Logging.ClearProviders();
            builder.Services.AddSingleton<TimeProvider>(time);
        });
        await handle.StartAsync(TestContext.Current.CancellationToken);
        return new LocalPool(handle, time);
    }

    public Browser Browser() => new(Time);

    public Uri OnDomain(string path) => new(Handle.DomainUrl, path);

    public Uri OnIssuer(string path) => new(Handle.IssuerUrl.AbsoluteUri + path);

    /// <summary>A correct authorization request, but for what <paramref name="changes"/> replaces or, by null, leaves out.</summary>
    public Uri AuthorizeUrl(params IEnumerable<(string Name, string? Value)> changes)
    {
        var query = new Dictionary<string, string?>
        {
            ["response_type"] = "code",
            ["client_id"] = ClientId,
            ["redirect_uri"] = Callback,
            ["scope"] = "openid email phone",
            ["state"] = "S",
        };
        foreach (var (name, value) in changes)
        {
            query[name] = value;
        }

        return OnDomain("/oauth2/authorize?" + string.Join('&',
            query.Where(part => part.Value is not null).Select(part => $"{part.Key}={Uri.EscapeDataString(part.Value!)}")));
    }

    /// <summary>Carol's password on the sign-in page; stands at the redirect back to the application, or wherever else it led.</summary>
    public async Task<BrowserPage> SignInAsync(Browser browser, params IEnumerable<(string Name, string? Value)> changes)
    {
        await browser.NavigateAsync(AuthorizeUrl(changes), typed: true);
        var signIn = await browser.FollowAllAsync(IsApplication);
        return await browser.SubmitAsync(signIn.Form, ("username", Carol), ("password", Password));
    }

    /// <summary>A code for Carol, from a browser of its own.</summary>
    public async Task<string> CodeAsync(params IEnumerable<(string Name, string? Value)> changes)
    {
        using var browser = Browser();
        return CodeIn(await SignInAsync(browser, changes));
    }

    public static string CodeIn(BrowserPage redirect) =>
        HttpUtility.ParseQueryString(redirect.Location.Query)["code"]
            ?? throw new InvalidOperationException($"No code in {redirect.Location}.");

    public static bool IsApplication(Uri url) => url.Port is 5000 or 8400;

    public async ValueTask DisposeAsync()
    {
        Back.Dispose();
        await Handle.DisposeAsync();
    }
}
