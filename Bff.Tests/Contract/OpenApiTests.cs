using System.Text.Json.Nodes;
using Bff.Errors;
using Bff.Tests.Hosting;
using YamlDotNet.Serialization;

namespace Bff.Tests.Contract;

/// <summary>The description of the API that lies in the repository is the one that the program gives, and it is complete.</summary>
public sealed class OpenApiTests(SharedRedis redis)
{
    /// <summary>Set to <c>1</c>, this variable makes the test write the file instead of comparing it.</summary>
    private const string WriteVariable = "WRITE_OPENAPI";

    private static readonly string File = Repository.PathTo("openapi.yaml");

    private static readonly string[] Nothing = [], Both = ["session csrf"], BothOrAStream = ["session csrf", "session"],
    AnyOrAForm = ["session csrf", "session", "csrf", ""];

    /// <summary>The endpoints of the contract, and what the browser must show to each: one of these.</summary>
    private static readonly Dictionary<string, string[]> Operations = new()
    {
        ["get /login"] = Nothing,
        ["get /callback"] = Nothing,
        ["get /me"] = Both,
        ["post /refresh"] = Both,
        ["post /logout"] = AnyOrAForm,
        ["get /sessions"] = Both,
        ["delete /sessions"] = Both,
        ["delete /sessions/{id}"] = Both,
        ["get /events"] = BothOrAStream,
        ["post /backchannel-logout"] = Nothing,
        ["get /api/{path}"] = BothOrAStream,
        ["post /api/{path}"] = Both,
        ["put /api/{path}"] = Both,
        ["patch /api/{path}"] = Both,
        ["delete /api/{path}"] = Both,
    };

    private static JsonObject Document { get; } = Parse(System.IO.File.ReadAllText(File));

    public static TheoryData<string> OperationRows => [.. Operations.Keys];

    [Fact]
    public async Task The_file_is_what_the_program_serves()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var client = new HttpClient();
        var served = await client.GetByteArrayAsync(new Uri(system.Url, "/openapi.yaml"), TestContext.Current.CancellationToken);

        if (Environment.GetEnvironmentVariable(WriteVariable) == "1")
            await System.IO.File.WriteAllBytesAsync(File, served, TestContext.Current.CancellationToken);

        var kept = await System.IO.File.ReadAllBytesAsync(File, TestContext.Current.CancellationToken);
        Assert.True(served.AsSpan().SequenceEqual(kept),
            $"openapi.yaml is not what the program serves. Look at the difference after:  {WriteVariable}=1 dotnet run --project "
            + $"Bff.Tests -- -class {typeof(OpenApiTests).FullName}");
    }

    [Fact]
    public void Each_endpoint_is_described_and_nothing_else()
    {
        var described = Document["paths"]!.AsObject()
            .SelectMany(path => path.Value!.AsObject().Select(operation => $"{operation.Key} {path.Key}"));

        Assert.Equal(Operations.Keys.Order(), described.Order());
    }

    [Theory, MemberData(nameof(OperationRows))]
    public void An_operation_says_what_it_is_for_what_it_answers_and_what_it_demands(string row)
    {
        var operation = Operation(row);

        Assert.EndsWith(".", (string?)operation["summary"], StringComparison.Ordinal);
        Assert.NotEmpty((string?)operation["description"] ?? "");
        Assert.NotEmpty((string?)operation["operationId"] ?? "");
        Assert.NotEmpty(operation["tags"]!.AsArray());
        Assert.All(operation["responses"]!.AsObject(), response =>
            Assert.NotEmpty((string?)Resolved(response.Value!)["description"] ?? ""));
        Assert.All(operation["parameters"]?.AsArray() ?? [], parameter => Assert.NotEmpty((string?)parameter!["description"] ?? ""));
        Assert.Equal(Operations[row], (operation["security"]?.AsArray() ?? [])
            .Select(demand => string.Join(' ', demand!.AsObject().Select(scheme => scheme.Key))));
    }

    [Theory, MemberData(nameof(OperationRows))]
    public void An_error_refers_to_a_shared_response_that_names_its_codes(string row)
    {
        foreach (var (status, response) in Operation(row)["responses"]!.AsObject().Where(response => response.Key[0] is '4' or '5'))
        {
            var shared = Resolved(response!);
            Assert.NotSame(response, shared);
            var codes = ((string)response!["$ref"]!).Split('/')[^1].Split('.');
            Assert.All(codes, code => Assert.Contains($"`{code}`: ", (string)shared["description"]!, StringComparison.Ordinal));
            // An API that broke off is internal_error with status 502.
            Assert.All(codes, code => Assert.Contains(ProblemCode.All, known =>
                known.Code == code && ($"{known.Status}" == status || status == "502")));
            Assert.Equal("#/components/schemas/ProblemBody",
                (string?)shared["content"]!["application/problem+json"]!["schema"]!["$ref"]);
            Assert.Equal(status is "429" or "503", shared["headers"]?["Retry-After"] is not null);
        }
    }

    /// <summary>
    /// The codes of the contract. Those of redirects stand in the description of <c>/callback</c>; the last three come from the
    /// framework, on any path.
    /// </summary>
    [Fact]
    public void Every_code_of_the_contract_occurs()
    {
        string[] codes =
        [
            "invalid_request", "login_expired", "login_failed", "login_required", "access_denied", "provider_unavailable",
            "store_unavailable", "no_session", "session_ended", "no_refresh_token", "csrf",
            "rate_limited", "not_found", "method_not_allowed", "too_large", "unsupported_media_type", "api_unreachable", "api_timeout",
            "internal_error",
        ];
        string[] ofRedirects = ["login_failed", "login_required", "access_denied"];
        string[] ofTheFramework = ["method_not_allowed", "too_large", "unsupported_media_type"];

        Assert.Equal(codes.Except(ofRedirects).Order(), ProblemCode.All.Select(code => code.Code).Order());
        var text = System.IO.File.ReadAllText(File);
        Assert.All(codes.Except(ofTheFramework), code => Assert.Contains($"`{code}`", text, StringComparison.Ordinal));
    }

    [Fact]
    public void The_schemes_are_the_cookie_and_the_header()
    {
        var schemes = Document["components"]!["securitySchemes"]!;

        Assert.Equal(("apiKey", "cookie", The.SessionCookie),
            ((string?)schemes["session"]!["type"], (string?)schemes["session"]!["in"], (string?)schemes["session"]!["name"]));
        Assert.Equal(("apiKey", "header", "X-CSRF"),
            ((string?)schemes["csrf"]!["type"], (string?)schemes["csrf"]!["in"], (string?)schemes["csrf"]!["name"]));
    }

    [Fact]
    public void Nothing_in_it_depends_on_where_it_was_made()
    {
        var text = System.IO.File.ReadAllText(File);

        Assert.DoesNotContain("localhost", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\r', text);
        Assert.Null(Document["servers"]);
    }

    private static JsonNode Resolved(JsonNode response) =>
        (string?)response["$ref"] is { } reference ? Document["components"]!["responses"]![reference.Split('/')[^1]]! : response;

    private static JsonObject Operation(string row) =>
        row.Split(' ') is [var method, var path] ? Document["paths"]![path]![method]!.AsObject() : throw new InvalidOperationException(row);

    private static JsonObject Parse(string yaml) =>
        JsonNode.Parse(new SerializerBuilder().JsonCompatible().Build()
        .Serialize(new DeserializerBuilder().Build().Deserialize(yaml)!))!.AsObject();
}
