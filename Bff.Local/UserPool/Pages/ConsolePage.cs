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
        {Html.When(Added is not null, $"""<p class="done" role="status"><strong>{Added}</strong> was added. The temporary password must be changed at the first sign-in.</p>""")}
        <section class="card" aria-labelledby="users">
          <h2 id="users">Users</h2>
          <div class="scroll" tabindex="0" role="region" aria-labelledby="users">
          <table>
            <thead><tr><th scope="col">E-mail</th><th scope="col">Status</th><th scope="col">Groups</th><th scope="col">Sub</th></tr></thead>
            <tbody>{Html.Each(Users, User)}</tbody>
          </table>
          </div>
        </section>
        {AddUserForm.Render(Csrf, Username, Errors)}
        <section class="clients" aria-labelledby="clients">
          <h2 id="clients">App clients</h2>
          {Html.Each(Options.Clients, AppClientCard.Render)}
        </section>
        """))
    { Wide = true };

    private static Html User(PoolUser user) => Html.Of($"""
        <tr><td>{user.Email}</td><td><span class="status {(user.Status == UserStatus.Confirmed ? "good" : "owes")}">{user.Status.Name()}</span></td><td>{string.Join(", ", user.Groups)}</td><td><code>{user.Sub}</code></td></tr>
        """);
}
