namespace Bff.Local.UserPool.Pages;

/// <summary>The pages on which a browser ends when there is no application to send it back to.</summary>
internal static class ErrorPages
{
    private const int LongestReason = 200;

    public static Page Wrong(string error) => Card("An error was encountered", Html.Of($"""
        <p>An error was encountered with the requested page.</p>
        <p class="reason"><code>{error[..Math.Min(error.Length, LongestReason)]}</code></p>
        {Html.When(error == "redirect_mismatch",
            $"<p>The client is unknown, or the redirect URI is not one of its callback URLs, character by character.</p>")}
        """));

    public static Page AttemptOver(string again) => Card("Something went wrong", Html.Of($"""
        <p>The sign-in took longer than five minutes, or this browser does not keep the cookies it needs.</p>
        <p><a class="button" href="{again}">Start again</a></p>
        """));

    public static Page LoginPagesUnavailable() => Card("Login pages unavailable", Html.Of($"""
        <p>Please contact an administrator: this app client has no branding, and without one there is no sign-in page.</p>
        """));

    private static Page Card(string title, Html text) => new(title, Html.Of($"""
        <section class="card" aria-labelledby="title">
          <img class="mark" src="/assets/pool.svg" alt="" width="44" height="44">
          <h1 id="title">{title}</h1>
        {text}
        </section>
        """));
}
