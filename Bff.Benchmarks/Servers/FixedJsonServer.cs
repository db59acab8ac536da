namespace Bff.Benchmarks.Servers;

/// <summary>The floor: Kestrel and routing, and a JSON of the size of <c>/me</c>'s that never changes.</summary>
internal static class FixedJsonServer
{
    public static ReadOnlySpan<byte> Json => """
        {"sub":"5c1f7a3e-9d42-4b57-8a10-0e6f2b7d9c34","claims":{"sub":"5c1f7a3e-9d42-4b57-8a10-0e6f2b7d9c34","email_verified":true,
        "cognito:username":"5c1f7a3e-9d42-4b57-8a10-0e6f2b7d9c34","origin_jti":"0a7d3b52-6c1e-4f8b-9f6d-1c2e3a4b5d6f","name":"User 12",
        "event_id":"b8f0c2d4-1e3a-4c5b-9d7e-6f8a0b1c2d3e","token_use":"id","auth_time":1700000000,"email":"user12@example.com"},
        "session":{"id":"mJ0xgk3Yw2oW7cQvT1lZrA","createdAt":"2026-01-01T12:00:00.000Z","idleExpiresAt":"2026-01-01T13:00:00.000Z",
        "expiresAt":"2026-01-02T00:00:00.000Z"},"accessToken":{"expiresAt":"2026-01-01T13:00:00.000Z","scope":"openid email phone",
        "renewable":true}}
        """u8;

    public static WebApplication Build(string[] args)
    {
        var app = WebApplication.CreateSlimBuilder(args).Build();
        var json = Json.ToArray();
        app.MapGet("/me", (HttpResponse response) => WriteAsync(response, json));
        return app;
    }

    public static Task WriteAsync(HttpResponse response, byte[] json)
    {
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = json.Length;
        return response.Body.WriteAsync(json).AsTask();
    }
}
