using System.Text;

namespace Bff.Local.UserPool.Pages;

/// <summary>A whole page, in the frame that all of them share.</summary>
internal sealed record Page(string Title, Html Body)
{
    // No form-action: Chromium holds it against every redirect after the form, and sign-in ends on the application's origin.
    private const string Policy = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>The console is wider than the cards of the sign-in.</summary>
    public bool Wide { get; init; }

    public IResult ToResult(int status = StatusCodes.Status200OK) => new Answer(Render().Markup, status);

    private Html Render() => Html.Of($"""
        <!doctype html>
        <html lang="en">
        <head>
          <meta charset="utf-8">
          <meta name="viewport" content="width=device-width, initial-scale=1">
          <meta name="color-scheme" content="light dark">
          <title>{Title} · Local user pool</title>
          <link rel="icon" href="/assets/pool.svg" type="image/svg+xml">
          <link rel="stylesheet" href="/assets/pool.css">
        </head>
        <body>
          <main class="{(Wide ? "wide" : "narrow")}">
        {Body}
          </main>
          <footer>Local user pool, a stand-in for Amazon Cognito. <a href="/">Users and app clients</a></footer>
        </body>
        </html>
        """);

    private sealed class Answer(string markup, int status) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.StatusCode = status;
            response.ContentType = "text/html;charset=UTF-8";
            response.Headers.CacheControl = "no-store";
            response.Headers.ContentSecurityPolicy = Policy;
            response.Headers.XContentTypeOptions = "nosniff";
            response.Headers["Referrer-Policy"] = "same-origin";
            return response.WriteAsync(markup, Encoding.UTF8, httpContext.RequestAborted);
        }
    }
}
