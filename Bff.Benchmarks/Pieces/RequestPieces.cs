using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Bff.Sessions;
using Microsoft.AspNetCore.DataProtection;
using SessionOptions = Bff.Sessions.SessionOptions;

namespace Bff.Benchmarks.Pieces;

/// <summary>The steps of a request with a session, one by one. BenchmarkDotNet wants the class to be public and not sealed.</summary>
public class RequestPieces
{
    private readonly SessionOptions options = new();
    private readonly HttpContext context = new DefaultHttpContext();
    private readonly byte[] secret;
    private readonly SessionId id;
    private readonly SessionCookie cookie;
    private readonly Session session;
    private readonly byte[] record;

    public RequestPieces()
    {
        id = SessionId.Create();
        secret = id.Reveal();
        var sample = SampleSession.Of(id);
        record = SealedBox.Seal(id.EncryptionKey(), id.Name, SampleSession.PayloadOf(sample));
        // As a request has them: as they were read.
        session = sample with { Claims = SealedBox.Open<SessionStore.Payload>(id.EncryptionKey(), id.Name, record)!.Claims };
        cookie = new SessionCookie(new EphemeralDataProtectionProvider(), options);
        cookie.Append(context.Response, id);
        context.Request.Headers.Cookie = context.Response.Headers.SetCookie.ToString().Split(';')[0];
    }

    [Benchmark]
    public object? ReadCookie() => cookie.Read(context.Request);

    [Benchmark]
    public object DeriveKeys() => SessionId.From(secret)!.EncryptionKey();

    [Benchmark]
    public object? OpenRecord() => SealedBox.Open<SessionStore.Payload>(id.EncryptionKey(), id.Name, record);

    [Benchmark]
    public byte[] WriteMe() => JsonSerializer.SerializeToUtf8Bytes(MeResponse.Of(session, options), JsonSerializerOptions.Web);
}
