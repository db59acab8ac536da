using Bff.Tests.Hosting;

namespace Bff.Tests.Security;

/// <summary>Requests that are too large, never end, or have content that no endpoint expects.</summary>
public sealed class RequestSizeTests
{
    [Fact]
    [Row("HTP-07")]
    public async Task What_is_too_large_is_refused_before_anything_is_looked_up()
    {
        await using var attacked = await AttackedSystem.StartAsync();
        string[] rightful = attacked.Rightful;

        foreach (var endpoint in ServedEndpoint.Of(attacked.System))
        {
            var method = endpoint.Methods[0];
            async Task IsAsync(int status, string path, IEnumerable<string> headers, string body = "")
            {
                var answer = await attacked.SendAsync(method, path, [.. rightful, .. headers], body);
                Assert.True(answer.Status == status && answer["Set-Cookie"] is [] && answer["Location"] is [],
                    $"{method} {path[..Math.Min(path.Length, 40)]} answered {answer}");
                Assert.True(answer["Content-Length"] is ["0"] || answer.IsProblem("too_large"), answer.Text);
            }

            await IsAsync(414, endpoint.Path + "?x=" + new string('x', 8 * 1024), []);
            await IsAsync(414, endpoint.Path + "?x=" + new string('x', 16 * 1024), []);
            // Beyond what Kestrel reads at all.
            await IsAsync(414, endpoint.Path + "?x=" + new string('x', 64 * 1024), []);
            await IsAsync(431, endpoint.Path, ["X-Large: " + new string('x', 33 * 1024)]);
            await IsAsync(431, endpoint.Path, ["X-Large: " + new string('x', 64 * 1024)]);
            await IsAsync(431, endpoint.Path, ["X-Large: " + new string('x', 128 * 1024)]);
            await IsAsync(431, endpoint.Path, ["Cookie: a=" + new string('x', 32 * 1024)]);
            await IsAsync(431, endpoint.Path, Enumerable.Range(0, 200).Select(number => $"X-{number}: 1"));
            await IsAsync(431, endpoint.Path, Enumerable.Repeat("X-Same: 1", 200));
            await IsAsync(431, endpoint.Path, Enumerable.Range(0, 2000).Select(number => $"X-{number}: 1"));
            if (endpoint.Path.StartsWith("/api", StringComparison.Ordinal)) continue;
            await IsAsync(413, endpoint.Path, ["Content-Length: 10485760"], new string('x', 20_000));
            await IsAsync(413, endpoint.Path, ["Transfer-Encoding: chunked"],
                string.Concat(Enumerable.Repeat("1000\r\n" + new string('x', 0x1000) + "\r\n", 20)));
        }
        await attacked.IsUntouchedAsync();
    }

    [Theory]
    [Row("HTP-08")]
    [InlineData("application/json", "{")]
    [InlineData("application/json", "")]
    [InlineData("application/json", "{\"sub\":\"admin\",\"__proto__\":{\"admin\":true},\"expiresAt\":\"9999-12-31T23:59:59Z\"}")]
    [InlineData("application/json; charset=utf-99", "{}")]
    [InlineData("application/xml", "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><x>&e;</x>")]
    [InlineData("application/x-www-form-urlencoded", "a=%&b=%zz&c=%00&&&=&returnUrl=https://evil.example")]
    [InlineData("multipart/form-data", "--x")]
    [InlineData("multipart/form-data; boundary=", "--")]
    [InlineData("application/octet-stream", "\0\u0001\u00ff")]
    [InlineData("not a media type", "x")]
    [InlineData("", "x")]
    [InlineData("", "")]
    public async Task A_body_that_nobody_asked_for_is_no_fault_of_the_server(string type, string body)
    {
        await using var attacked = await AttackedSystem.StartAsync();
        var deep = new string('[', 7_500) + new string(']', 7_500);

        foreach (var endpoint in ServedEndpoint.Of(attacked.System)
            .Where(endpoint => !endpoint.Path.StartsWith("/api", StringComparison.Ordinal)))
            foreach (var content in body == "{" ? [body, deep] : new[] { body })
            {
                var answer = await attacked.SendAsync(endpoint.Methods[0], endpoint.Path,
                    [.. attacked.Rightful, .. type.Length == 0 ? (string[])[] : ["Content-Type: " + type], "Content-Encoding: gzip",
                        .. endpoint.Methods[0] == "POST" && content.Length == 0 ? (string[])[] : [$"Content-Length: {content.Length}"]],
                        content);

                Assert.True(answer.Status is >= 200 and < 500, $"{endpoint.Path} answered {answer}");
                Assert.DoesNotContain("evil", answer.Text, StringComparison.Ordinal);
            }
        Assert.DoesNotContain("Unhandled exception", attacked.System.Logs.All, StringComparison.Ordinal);
    }
}
