using System.Text.RegularExpressions;
using Bff.Settings;

namespace Bff.Proxy;

/// <summary>
/// What the client says of itself must not pass for what the BFF, or a proxy that the API trusts, says of it. This is a list of what is
/// withheld and not of what passes, because an API's own headers are its clients' business; so whole families of names are on it.
/// It is applied to the request itself, before any transform can see it.
/// </summary>
internal sealed partial class ClientHeaders(RequestDelegate next, BffOptions options)
{
    private readonly Uri publicUrl = new(options.PublicOrigin);

    public Task InvokeAsync(HttpContext context)
    {
        var headers = context.Request.Headers;
        // Hop by hop is what the client names so (RFC 9110 section 7.6.1). It cannot name what we add: that comes later.
        var nominated = headers.GetCommaSeparatedValues("Connection");
        foreach (var name in headers.Keys.Where(name => IsWithheld(name) || (nominated.Contains(name, StringComparer.OrdinalIgnoreCase) && !Framing().IsMatch(name))).ToArray()) headers.Remove(name);

        // Where the transforms take Host, X-Forwarded-Host and X-Forwarded-Proto from: the settings, not what the client sent.
        context.Request.Host = HostString.FromUriComponent(publicUrl);
        context.Request.Scheme = publicUrl.Scheme;
        return next(context);
    }

    /// <summary>A name of other characters is withheld as well: many servers take <c>X_User</c> or <c>X.User</c> for <c>X-User</c>.</summary>
    internal static bool IsWithheld(string name) => !name.StartsWith(':') && (!Plain().IsMatch(name) || Withheld().IsMatch(name));

    [GeneratedRegex(@"^[A-Za-z0-9-]+\z")]
    private static partial Regex Plain();

    [GeneratedRegex("^(host|content-length|transfer-encoding|connection|upgrade|keep-alive|sec-websocket-.*)$", RegexOptions.IgnoreCase)]
    private static partial Regex Framing();

    [GeneratedRegex("^(" +
        // The browser's side: credentials, and where the page stands.
        "authorization|cookie2?|origin|referer|x-csrf" +
        // The way here: who asked, through whom, for which host and path.
        "|forwarded|via|(x|z)-forwarded.*|x-real(-.*)?|.*(client|connecting|connection|remote|originating|viewer)-?(ip|addr|host).*|x-(proxy|envoy|original|rewrite|host|http-host|backend|accel|sendfile|arr|azure).*" +
        // Who it is, in the words of gateways, meshes and access proxies.
        "|(x-)?(user|username|userinfo|userid|email|groups?|roles?|sub|subject|principal|identity|authenticateduser|authuser)(-(id|ids|name|email|address|info|groups?|roles?))?|x-user-.*|(x-)?(authz|internal|cognito|impersonate)-.*|impersonate-.*|(x-)?remote(-.*)?|x-auth(orization|enticated?)?(-.*)?|x-(webauth|jwt|id-token|access-token|credential|consumer|anonymous)(-.*)?" +
        "|(iv|sm|oam|shib|x-oidc|x-saml|x-sso|x-kong|x-hasura|x-forward)-.*|x-preferred-(user.*|email|name)" +
        "|x-(amzn-oidc|amzn-mtls|amz-security|ms-client|ms-token|goog-iap|goog-authenticated|appengine|endpoint-api|apigateway|pomerium|vouch|authentik|authelia|tailscale).*|(cf-access|tailscale|oidc|ssl|x-ssl|x-tls|(x-)?client-(cert|verify|dn)|x-forwarded-tls).*" +
        // What would have the API take the request for another one.
        "|x-http-method.*|x-override-.*|x-script-name|x-middleware-.*|x-nextjs-.*|x-serverless-.*|x-amzn-request-context|grpc-metadata-.*|sec-(fetch-.*|purpose)|x-method-override|max-forwards|trailer|proxy-.*|proxy|http2-settings" +
        ")$", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Withheld();
}
