using Bff.Local.UserPool.Users;

namespace Bff.Local.UserPool.Pages;

/// <summary>What an administrator sees of the pool.</summary>
internal sealed record ConsolePage(UserPoolOptions Options, PoolAddresses Addresses, IReadOnlyList<PoolUser> Users, string Csrf)
{
    public string? Added { get; init; }

    public string Username { get; init; } = "";

    public IReadOnlyList<string> Errors { get; init; } = [];

    public Page Render() => new("Console", Html.Of($"""
        <header class="head">
          <img class="mark" src="/assets/pool.svg" alt="" width="44" height="44">
          <div><h1>{Options.Pool.UserPoolName}</h1><p>Issuer <code>{Addresses.IssuerName}</code></p></div>
        </header>
        {Html.When(Added is not null, $"""
          <p class="done" role="status"><strong>{Added}</strong> was added.
          The temporary password must be changed at the first sign-in.</p>
          """)}
        <section class="card" aria-labelledby="users">
          <h2 id="users">Users</h2>
          <ul class="users">{Html.Each(Users, User)}</ul>
        </section>
        {AddUserForm.Render(Csrf, Username, Errors)}
        <section class="clients" aria-labelledby="clients">
          <h2 id="clients">App clients</h2>
          {Html.Each(Options.Clients, AppClientCard.Render)}
        </section>
        """))
    { Wide = true };

    private static Html User(PoolUser user) => Html.Of($"""
        <li>
          <div class="who"><strong>{user.Email}</strong><span class="spoken">, sub </span><code>{user.Sub}</code></div>
          <div class="tags">{Html.Each(user.Groups, Group)}{Status(user.Status)}</div>
        </li>
        """);

    private static Html Group(string group) => Html.Of($"""<span class="tag"><span class="spoken">group </span>{group}</span>""");

    private static Html Status(UserStatus status)
    {
        var look = status == UserStatus.Confirmed ? "good" : "owes";
        return Html.Of($"""<span class="tag {look}"><span class="spoken">status </span>{status.Name()}</span>""");
    }
}
