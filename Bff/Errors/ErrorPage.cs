using System.Text.Encodings.Web;

namespace Bff.Errors;

/// <summary>An error for a person who is on their way through a sign-in: no script, nothing of the request echoed, a way on.</summary>
internal static class ErrorPage
{
    /// <summary>The page's only style; the Content-Security-Policy names its hash.</summary>
    public const string Style =
        ":root{color-scheme:light dark;font:1rem/1.5 "
            + "system-ui,sans-serif;--page:#f1f5f9;--card:#fff;--text:#0f172a;--soft:#475569;--accent:#4f46e5;--on:#fff}" +
        "@media(prefers-color-scheme:dark){:root{--page:#0f172a;--card:#1e293b;" +
        "--text:#f1f5f9;--soft:#cbd5e1;--accent:#a5b4fc;--on:#1e1b4b}}" +
        "body{margin:0;min-height:100vh;display:grid;place-items:center;background:var(--page);color:var(--text)}" +
        "main{max-width:26rem;margin:1rem;padding:2rem;border-radius:12px;background:var(--card)}" +
        "h1{margin:0 0 .5rem;font-size:1.4rem}p{margin:0 0 1.5rem;color:var(--soft)}small{color:var(--soft)}" +
        "a{display:inline-block;margin:0 .5rem 1.5rem 0;padding:.6rem "
            + "1.2rem;border-radius:8px;background:var(--accent);color:var(--on);text-decoration:none;font-weight:600}" +
        "a+a{background:none;color:var(--accent);padding-inline:.6rem}" +
        "a:focus-visible{outline:3px solid var(--text);outline-offset:2px}";

    public static string Render(ProblemCode code, string loginUrl, string homeUrl, string traceId, bool canBeAskedAgain)
    {
        var html = HtmlEncoder.Default;
        string Link(string url, string words) => $"<a href=\"{html.Encode(url)}\">{html.Encode(words)}</a>";

        // A wrong address needs no sign-in, but every page offers one.
        var isAboutSigningIn = code.Status is 401 or 429 or 503 || code == ProblemCode.LoginExpired;
        // The same address, without a word of it in the page: a sign-in that was to lead somewhere still does, and a code that was
        // not spent is.
        var ways = canBeAskedAgain && code.Status is 429 or 503 ? Link("", "Try again") + Link(loginUrl, "Sign in again")
            : isAboutSigningIn ? Link(loginUrl, "Sign in again") : Link(homeUrl, "To the application") + Link(loginUrl, "Sign in again");
        return "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
            + "content=\"width=device-width,initial-scale=1\">" +
            $"<title>{html.Encode(code.Title)}</title><style>{Style}</style></head><body><main>" +
            $"<h1>{html.Encode(code.Title)}</h1><p>{html.Encode(ForPeople(code, traceId))}</p>" +
            $"{ways}<br><small>{html.Encode(code.Code)} · {html.Encode(traceId)}</small>" +
            "</main></body></html>";
    }

    // The details speak of headers and URLs where a program reads them.
    private static string ForPeople(ProblemCode code, string traceId) => code.Status switch
    {
        400 when code.Code == ProblemCode.InvalidRequest.Code =>
            "The address of this page is not valid. Go back to the application and try again.",
        401 => "Sign in to go on.",
        403 => "This address is for the application's own requests and cannot be opened like this. Go back to the application.",
        404 or 405 => "This address is not a page of the application.",
        429 => "Too many attempts came from your network. Wait a minute, then try again.",
        // A wrong setting does not go away by waiting.
        500 or 503 => "The service cannot be used at the moment. Try again in a few seconds."
            + $" If it lasts, contact support with this id: {traceId}",
        _ => code.Detail,
    };
}
