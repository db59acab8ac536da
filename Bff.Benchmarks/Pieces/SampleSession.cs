using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Bff.Oidc;
using Bff.Sessions;

namespace Bff.Benchmarks.Pieces;

/// <summary>A session as Cognito makes it: three tokens of about 4 KB together, and a dozen claims.</summary>
internal static class SampleSession
{
    public static Session Of(SessionId id)
    {
        var now = TimeProvider.System.GetUtcNow();
        var tokens = new TokenSet(Text(800), Text(1300), IdTokenHint: null, "openid email phone", now, now.AddHours(1));
        return new Session(id, "5c1f7a3e-9d42-4b57-8a10-0e6f2b7d9c34", "http://localhost:5002/local_pool", Text(32),
            UserClaims.Of(Claims()), now, tokens)
        {
            LastUsed = now,
            Version = Text(12),
        };
    }

    private static JsonObject Claims() => new()
    {
        ["sub"] = "5c1f7a3e-9d42-4b57-8a10-0e6f2b7d9c34",
        ["email_verified"] = true,
        ["cognito:username"] = "5c1f7a3e-9d42-4b57-8a10-0e6f2b7d9c34",
        ["origin_jti"] = "0a7d3b52-6c1e-4f8b-9f6d-1c2e3a4b5d6f",
        ["event_id"] = "b8f0c2d4-1e3a-4c5b-9d7e-6f8a0b1c2d3e",
        ["token_use"] = "id",
        ["auth_time"] = 1700000000,
        ["name"] = "User 12",
        ["phone_number"] = "+15555550100",
        ["phone_number_verified"] = true,
        ["email"] = "user12@example.com",
    };

    private static string Text(int bytes) => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(bytes));
}
