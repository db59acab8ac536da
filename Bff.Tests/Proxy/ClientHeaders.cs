namespace Bff.Tests.Proxy;

/// <summary>Headers that a client may send: those that say who calls or from where, and others.</summary>
internal static class ClientHeaders
{
    public static readonly string[] Withheld =
    [
        "Authorization", "authorization", "AUTHORIZATION", "Proxy-Authorization", "Cookie2", "Proxy",
        "Proxy-Connection", "Proxy-Foo", "Via", "Forwarded", "X-Forwarded", "X-Forwarded-For", "X-Forwarded-By",
        "X-Forwarded-Port", "X-Forwarded-Prefix", "X-Forwarded-Server", "X-Forwarded-Uri", "X-Forwarded-Scheme",
        "X-Forwarded-Ssl", "X-Forwarded-User", "X-Forwarded-Email", "X-Forwarded-Groups",
        "X-Forwarded-Preferred-Username", "X-Forwarded-Access-Token", "X-Forwarded-Client-Cert", "X-Real-IP",
        "X-Client-IP", "X-Cluster-Client-IP", "True-Client-IP", "CF-Connecting-IP", "Fastly-Client-IP", "X-Remote-Addr",
        "X-Originating-IP", "X-Original-URL", "X-Original-Host", "X-Rewrite-URL", "X-Host", "X-Envoy-External-Address",
        "X-User", "X-User-Id", "X-Userinfo", "X-Username", "X-Email", "X-Groups", "X-Roles", "X-Remote-User",
        "X-Remote-Group", "Remote-User", "Remote-Groups", "X-Auth-User", "X-Auth-Request-User",
        "X-Auth-Request-Access-Token", "X-Authenticated-User", "X-Authenticated-Userid", "X-Amzn-Oidc-Identity",
        "X-Amzn-Oidc-Data", "X-Amzn-Oidc-Accesstoken", "X-MS-CLIENT-PRINCIPAL", "X-MS-CLIENT-PRINCIPAL-NAME",
        "X-MS-CLIENT-PRINCIPAL-ID", "X-MS-TOKEN-AAD-ID-TOKEN", "X-Goog-Iap-Jwt-Assertion",
        "X-Goog-Authenticated-User-Email", "Cf-Access-Jwt-Assertion", "Cf-Access-Authenticated-User-Email",
        "X-WebAuth-User", "X-WEBAUTH-NAME", "X-Consumer-Username", "X-Consumer-ID", "X-Pomerium-Claim-Email",
        "Impersonate-User", "Client-Cert", "Client-Cert-Chain", "X-Client-Cert", "SSL_CLIENT_S_DN", "SSL-Client-Verify", "X-SSL-Client-DN",
        "X-Id-Token", "X-Access-Token", "X_Forwarded_User", "X_User", "X.User", "x_forwarded_for", "Remote_User",
        "X-User_Id", "X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "Max-Forwards", "Trailer",
        "Referer", "Upgrade", "Keep-Alive", "TE", "HTTP2-Settings", "Sec-Fetch-Mode", "Sec-Fetch-Dest", "Sec-Purpose",
        "X-Script-Name",
    ];

    public static readonly string[] Passing =
    [
        "X-Custom", "X-Request-ID", "X-Correlation-Id", "Accept-Language", "If-None-Match", "Range", "Prefer",
        "Idempotency-Key", "X-Tenant", "Api-Version", "X-Api-Key", "Early-Data", "Last-Event-ID", "User-Agent", "DPoP",
    ];
}
