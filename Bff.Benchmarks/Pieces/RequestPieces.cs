using BenchmarkDotNet.Attributes;
using Bff.Sessions;
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
        session = SampleSession.Of(id);
        record = SessionRecord.Seal(session);
        cookie = new SessionCookie(options);
        cookie.Append(context.Response, id);
        context.Request.Headers.Cookie = context.Response.Headers.SetCookie.ToString().Split(';')[0];
    }

    [Benchmark]
    public object? ReadCookie() => cookie.Read(context.Request);

    [Benchmark]
    public object DeriveKeys() => SessionId.From(secret)!;

    // Of a copy, because it is decrypted in place.
    [Benchmark]
    public object? OpenRecord() => SessionRecord.Open(id, [.. record], session.LastUsed, session.Version);

    [Benchmark]
    public byte[] WriteMe() => MeJson.Of(MeResponse.Of(session, options));
}
