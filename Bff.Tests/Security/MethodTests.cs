using Bff.Tests.Hosting;

namespace Bff.Tests.Security;

/// <summary>Methods that an endpoint does not have.</summary>
public sealed class MethodTests
{
    [Fact]
    [Row("HTP-01", "CSR-06")]
    public async Task A_wrong_method_is_405_with_exactly_what_is_allowed_whatever_overrides_it()
    {
        await using var attacked = await AttackedSystem.StartAsync();

        foreach (var endpoint in ServedEndpoint.Of(attacked.System))
            foreach (var method in endpoint.WrongMethods)
                foreach (var query in new[] { "", $"?_method={endpoint.Methods[0]}&method={endpoint.Methods[0]}" })
                {
                    var body = $"_method={endpoint.Methods[0]}";
                    var answer = await attacked.SendAsync(method, endpoint.Path + query,
                    [
                        .. attacked.Rightful, "X-HTTP-Method-Override: " + endpoint.Methods[0], "X-HTTP-Method: " + endpoint.Methods[0],
                        "X-Method-Override: " + endpoint.Methods[0],
                "Content-Type: application/x-www-form-urlencoded", $"Content-Length: {body.Length}",
            ], body);

                    var what = $"{method} {endpoint.Path} answered {answer}";
                    Assert.True(answer.Status == 405, what);
                    Assert.True(answer["Allow"].Order().SequenceEqual(endpoint.Methods.Order()), what);
                    Assert.True(method == "HEAD" || answer.IsProblem("method_not_allowed"), what);
                    Assert.True(answer["Set-Cookie"] is [] && answer["Location"] is [], what);
                    StandardHeaders.AreOn(answer);
                }
        await attacked.IsUntouchedAsync();
    }

    [Fact]
    [Row("HTP-01")]
    public async Task A_method_in_other_letters_is_another_method()
    {
        await using var attacked = await AttackedSystem.StartAsync();

        foreach (var endpoint in ServedEndpoint.Of(attacked.System))
            foreach (var method in endpoint.Methods.SelectMany(method =>
                new[] { method.ToLowerInvariant(), char.ToLowerInvariant(method[0]) + method[1..] }))
            {
                var answer = await attacked.SendAsync(method, endpoint.Path, attacked.Rightful);

                Assert.True(answer.Status == 400 && (method.Equals("HEAD", StringComparison.OrdinalIgnoreCase)
                    || answer.IsProblem("invalid_request")) && answer["Set-Cookie"] is [], $"{method} {endpoint.Path} answered {answer}");
            }
        await attacked.IsUntouchedAsync();
    }

    [Fact]
    [Row("HTP-01")]
    public async Task Nothing_is_sent_back_by_TRACE_and_no_tunnel_is_opened()
    {
        await using var attacked = await AttackedSystem.StartAsync();

        foreach (var line in new[] { "TRACE / HTTP/1.1", "TRACE /me HTTP/1.1", "TRACE * HTTP/1.1", "TRACK /me HTTP/1.1",
            "DEBUG /me HTTP/1.1", "CONNECT evil.example:443 HTTP/1.1", "CONNECT / HTTP/1.1", "CONNECT localhost:6379 HTTP/1.1",
        "OPTIONS * HTTP/1.1" })
        {
            var answer = await RawAnswer.ToAsync(attacked.System.Url, line, [.. attacked.Rightful, "Max-Forwards: 0", "X-Canary: c4f1d2"]);

            Assert.True(answer.Status is 400 or 404 or 405 or 501, $"{line} answered {answer}");
            Assert.DoesNotContain("c4f1d2", answer.Text, StringComparison.Ordinal);
        }
        await attacked.IsUntouchedAsync();
    }

    [Fact]
    [Row("BCL-01", "BCL-09")]
    public async Task With_Cognito_there_is_no_logout_that_a_provider_could_send()
    {
        await using var attacked = await AttackedSystem.StartAsync(("Oidc:Provider", "cognito"));
        var body = "logout_token=" + attacked.Provider.LogoutToken().Compact();

        foreach (var path in new[] { "/backchannel-logout", "/frontchannel-logout?iss=" + Uri.EscapeDataString(attacked.Provider.Issuer)
            + "&sid=x" })
            foreach (var method in new[] { "POST", "GET", "PUT" })
            {
                var answer = await attacked.SendAsync(method, path,
                    ["Content-Type: application/x-www-form-urlencoded", $"Content-Length: {body.Length}"], body);

                Assert.True(answer.Status == 404 && answer.IsProblem("not_found"), answer.Text);
                StandardHeaders.AreOn(answer);
            }
        await attacked.IsUntouchedAsync();
    }
}
