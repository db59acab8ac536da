using System.Text.Json;
using Bff.Tests.Hosting;
using Bff.Tests.InChromium;

namespace Bff.Tests.Withstand;

/// <summary>A signed-in person opens a page that means harm, in a real browser: from another site, and from a sibling origin whose requests carry the cookie.</summary>
public sealed class HostilePageTests(Chromium chromium, SharedRedis redis)
{
    private static readonly string[] Paths = ["/me", "/refresh", "/logout", "/sessions", "/events", "/api/hello", "/api/echo", "/login", "/callback?code=x&state=y", "/swagger/index.html", "/openapi.yaml"];

    private static readonly string[] Endpoints = ["/me", "/refresh", "/logout", "/sessions", "/events", "/api/{**catch-all}", "/login", "/callback"];

    // Every way of a script to send a request whose answer it could read; what it read it returns.
    private const string Fetches = """
        async ([bff, paths]) => {
          const read = [];
          const variants = [];
          for (const path of paths)
            for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])
              for (const mode of ['cors', 'no-cors', 'same-origin'])
                for (const headers of [{}, { 'X-CSRF': '1' }, { 'Content-Type': 'text/plain' }, { 'Content-Type': 'application/json' }, { accept: 'application/json' }])
                  variants.push([path, method, mode, headers]);
          const one = async ([path, method, mode, headers]) => {
            try {
              const body = method === 'GET' || method === 'HEAD' ? undefined : '{}';
              const answer = await fetch(bff + path, { method, mode, headers, body, credentials: 'include', redirect: 'manual', cache: 'no-store', keepalive: false });
              const text = await answer.text();
              if (answer.type !== 'opaque' && answer.type !== 'opaqueredirect') read.push(`${method} ${mode} ${path}: ${answer.type} ${answer.status} ${text}`);
              else if (text) read.push(`${method} ${mode} ${path}: ${text}`);
            } catch { }
          };
          while (variants.length) await Promise.all(variants.splice(0, 6).map(one));
          return read;
        }
        """;

    // Every way of a page to embed, submit or open without a script's fetch.
    private const string Embeds = """
        async ([bff, paths]) => {
          const read = [];
          const settled = (element) => new Promise((done) => { element.onload = element.onerror = done; setTimeout(done, 3000); });
          const add = async (tag, attributes) => {
            const element = document.createElement(tag);
            const done = settled(element);
            Object.assign(element, attributes);
            document.body.append(element);
            await done;
            return element;
          };
          for (const path of paths) {
            const url = bff + path;
            const image = await add('img', { src: url });
            if (image.naturalWidth) read.push('image ' + path);
            const before = Object.keys(window).length;
            await add('script', { src: url });
            if (Object.keys(window).length !== before) read.push('script ' + path);
            const sheet = await add('link', { rel: 'stylesheet', href: url });
            try { if (sheet.sheet?.cssRules.length) read.push('style ' + path); } catch { }
            await add('object', { data: url, type: 'text/html' });
            await add('embed', { src: url });
            const frame = await add('iframe', { src: url });
            try { if (frame.contentDocument?.body?.innerText && frame.contentWindow.location.href !== 'about:blank') read.push('frame ' + frame.contentDocument.body.innerText); } catch { }
            await add('iframe', { sandbox: 'allow-scripts allow-forms', srcdoc: `<form method=post action="${url}"></form><script>document.forms[0].submit()</script>` });
            for (const rel of ['prefetch', 'preload', 'prerender', 'dns-prefetch', 'preconnect', 'modulepreload', 'manifest']) {
              const link = document.createElement('link');
              Object.assign(link, { rel, href: url, as: 'fetch' });
              document.head.append(link);
            }
            navigator.sendBeacon(url, new Blob(['{}'], { type: 'text/plain' }));
            navigator.sendBeacon(url, new URLSearchParams({ a: 'b' }));
            for (const method of ['post', 'get'])
              for (const enctype of ['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain']) {
                const name = 'f' + Math.random().toString(36).slice(2);
                const target = document.createElement('iframe');
                target.name = name;
                document.body.append(target);
                const form = document.createElement('form');
                Object.assign(form, { action: url, enctype, target: name });
                form.setAttribute('method', method);
                form.innerHTML = '<input name="X-CSRF" value="1"><input name="_method" value="DELETE">';
                document.body.append(form);
                const done = settled(target);
                form.submit();
                await done;
                try { if (target.contentWindow.location.href !== 'about:blank') read.push('form ' + target.contentWindow.location.href); } catch { }
              }
            await new Promise((done) => {
              const socket = new WebSocket(url.replace('http', 'ws'));
              socket.onopen = () => { read.push('socket ' + path); done(); };
              socket.onerror = done;
            });
            await new Promise((done) => {
              const source = new EventSource(url, { withCredentials: true });
              source.onopen = source.onmessage = () => { read.push('events ' + path); source.close(); done(); };
              source.onerror = () => { source.close(); done(); };
            });
          }
          return read;
        }
        """;

    [Theory]
    [Row("CSR-01", "CSR-02", "CSR-03", "CSR-04", "CSR-05", "CSR-11", "COR-01", "LGN-08")]
    [InlineData("foreign")]
    [InlineData("sibling")]
    public async Task No_page_of_another_origin_does_or_reads_anything(string from)
    {
        await using var visit = await Visit.StartAsync(chromium, redis);
        await using var hostile = await HostilePage.StartAsync();
        await (await visit.OpenSpaAsync()).SignInAsync();
        var session = (await visit.CookieAsync(The.SessionCookie)).Value;
        var grants = visit.Tap.Grants.Count;
        var before = visit.Logs.Lines.Count;
        var page = await visit.Context.NewPageAsync();
        await page.GotoAsync((from == "foreign" ? hostile.Foreign : hostile.Sibling).AbsoluteUri);
        var settings = new object[] { visit.Bff.GetLeftPart(UriPartial.Authority), Paths };

        string[] read = [.. await page.EvaluateAsync<string[]>(Fetches, settings), .. await page.EvaluateAsync<string[]>(Embeds, settings)];

        Assert.Empty(read);
        Assert.Equal(session, (await visit.CookieAsync(The.SessionCookie)).Value);
        Assert.Equal(grants, visit.Tap.Grants.Count);
        // Since the page was opened no session was used and no sign-in begun: all that came through was refused.
        var done = visit.Logs.Lines.Skip(before).Where(line => Endpoints.Any(endpoint => line.Contains($" {endpoint} ", StringComparison.Ordinal) && line.Contains(" in ", StringComparison.Ordinal))).ToList();
        Assert.True(done.Count > 100, $"{done.Count} requests came through");
        Assert.All(done, line => Assert.Matches(@" (204|400|403|405) in ", line));

        // The SPA's own page does it all.
        var spa = await visit.OpenSpaAsync();
        await spa.SeesSignedInAsync(Person.WithPassword);
        await spa.CallApiAsync();
    }

    [Fact]
    [Row("CSR-02", "COR-01", "HTP-04")]
    public async Task A_window_of_the_BFF_that_a_hostile_page_opens_tells_it_nothing()
    {
        await using var visit = await Visit.StartAsync(chromium, redis);
        await using var hostile = await HostilePage.StartAsync();
        await (await visit.OpenSpaAsync()).SignInAsync();
        var page = await visit.Context.NewPageAsync();
        await page.GotoAsync(hostile.Sibling.AbsoluteUri);

        foreach (var path in new[] { "/me", "/refresh", "/logout", "/api/hello", "/nothing", "/swagger/index.html" })
        {
            var seen = await page.EvaluateAsync<JsonElement>("""
                async (url) => {
                  const opened = window.open(url);
                  const until = performance.now() + 10000;
                  // Cut off by the Cross-Origin-Opener-Policy, the window counts as closed for whoever opened it.
                  while (opened && !opened.closed && performance.now() < until) await new Promise((done) => setTimeout(done, 20));
                  let text = null;
                  try { text = opened.document.body.innerText; } catch { }
                  return { cut: !opened || opened.closed, text: text || null };
                }
                """, new Uri(visit.Bff, path).AbsoluteUri);

            Assert.True(seen.GetProperty("cut").GetBoolean(), path);
            Assert.Equal(JsonValueKind.Null, seen.GetProperty("text").ValueKind);
        }
        await (await visit.OpenSpaAsync()).SeesSignedInAsync(Person.WithPassword);
    }
}
