using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace Bff.Tests.Hosting;

/// <summary>What a navigation brought: a page, or a redirect at which the browser stopped.</summary>
internal sealed class BrowserPage
{
    private readonly Lazy<IHtmlDocument> document;

    public BrowserPage(Navigation navigation, HttpResponseMessage response, string text)
    {
        (Navigation, Response, Text) = (navigation, response, text);
        document = new(() => new HtmlParser().ParseDocument(Text));
    }

    /// <summary>How the browser came here.</summary>
    public Navigation Navigation { get; }

    public Uri Url => Navigation.Url;

    public HttpResponseMessage Response { get; }

    public string Text { get; }

    public HttpStatusCode Status => Response.StatusCode;

    public IHtmlDocument Document => document.Value;

    public bool IsRedirect => (int)Status is 301 or 302 or 303 or 307 or 308 && Response.Headers.Location is not null;

    /// <summary>Where the redirect leads, absolute.</summary>
    public Uri Location =>
        new(Url, Response.Headers.Location ?? throw new InvalidOperationException($"{Url} answered {(int)Status}, without a Location."));

    /// <summary>The page's only form.</summary>
    public IHtmlFormElement Form => Document.Forms.Single();

    /// <summary>What the page says, as a person reads it.</summary>
    public string Says => string.Join(' ', (Document.Body?.TextContent ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    public string? ReferrerPolicy => Response.Headers.TryGetValues("Referrer-Policy", out var values) ? values.Last() : null;

    public IElement Find(string selector) =>
        Document.QuerySelector(selector) ?? throw new InvalidOperationException($"{Url} has no {selector}.");
}
