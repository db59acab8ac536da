using Bff.Local.UserPool;

namespace Bff.Benchmarks.Hosting;

/// <summary>The local user pool, in the benchmark's own process, with users who have signed in there before.</summary>
internal sealed class UserPool : IAsyncDisposable
{
    public const int Users = 64;

    /// <summary>Users who have no session yet, for what is measured per session.</summary>
    public const int FreshUsers = 16;

    private const string Password = "Correct-Horse-7";

    private readonly UserPoolHandle handle;
    private string[] cookies = [];
    private int freshTaken;

    private UserPool(UserPoolHandle handle) => this.handle = handle;

    public UserPoolHandle Handle => handle;

    public UserPoolOptions Options => handle.Options;

    public int Port => Options.DomainUrl.Port;

    /// <summary>Per user the cookie by which the pool signs them in without a password.</summary>
    public IReadOnlyList<string> Cookies => cookies[..Users];

    public static async Task<UserPool> StartAsync()
    {
        var options = UserPoolOptions.Read();
        options.DomainUrl = new($"http://localhost:{FreePort.Next()}");
        options.IssuerUrl = new($"http://localhost:{FreePort.Next()}/local_pool");
        options.Clients[0].RefreshTokenRotation = new();
        options.Users = [.. Enumerable.Range(0, Users + 2 * FreshUsers).Select(User)];
        var handle = UserPoolServer.Build(options, builder =>
        {
            builder.Environment.EnvironmentName = "Testing";
            builder.Logging.SetMinimumLevel(LogLevel.Warning);
        });
        await handle.StartAsync();
        var pool = new UserPool(handle);
        pool.Accept(new Uri("http://localhost:1/callback"));
        var signIn = new PoolSignIn(options, "http://localhost:1/callback");
        pool.cookies = await Task.WhenAll(options.Users.Select(user => signIn.CookieAsync(user.Username, Password)));
        return pool;
    }

    /// <summary>Permits a callback URL.</summary>
    public void Accept(Uri callback) => Options.Clients[0].CallbackURLs.Add(callback.ToString());

    /// <summary>The cookies of users whom no one has signed in yet.</summary>
    public IReadOnlyList<string> TakeFreshCookies() =>
        cookies[(Users + (freshTaken * FreshUsers))..(Users + (++freshTaken * FreshUsers))];

    /// <summary>The length of the text of a user's three tokens.</summary>
    public Task<int> TokenTextLengthAsync() => new PoolTokens(Options, cookies[0]).TextLengthAsync();

    /// <summary>A refresh token of a new sign-in.</summary>
    public async Task<string> RefreshTokenAsync() =>
        (await new PoolTokens(Options, cookies[0]).SignInAsync())["refresh_token"]!.GetValue<string>();

    public Task RefreshAsync(string refreshToken) => new PoolTokens(Options, cookies[0]).RefreshAsync(refreshToken);

    public ValueTask DisposeAsync() => handle.DisposeAsync();

    private static UserSettings User(int number) => new()
    {
        Username = $"user{number}@example.com",
        Password = Password,
        UserAttributes = { ["email_verified"] = "true", ["name"] = $"User {number}" },
    };
}
