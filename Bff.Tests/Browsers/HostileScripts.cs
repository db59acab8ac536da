namespace Bff.Tests.Browsers;

/// <summary>What a page that means harm runs against an origin: every way in, and what it could read of the answers.</summary>
internal static class HostileScripts
{
    // Every way of a script to send a request whose answer it could read; what it read it returns.
    public const string Fetches = """
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
    public const string Embeds = """
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
}
