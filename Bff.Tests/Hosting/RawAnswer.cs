namespace Bff.Tests.Hosting;

/// <summary>One answer, as its bytes came over the socket.</summary>
internal sealed class RawAnswer
{
    private readonly List<(string Name, string Value)> fields = [];

    private RawAnswer(string text) => Text = text;

    public string Text { get; }

    public int Status => RawHttp.Status(Text);

    /// <summary>The body, still in its chunks.</summary>
    public string Body => Text.Split("\r\n\r\n", 2).ElementAtOrDefault(1) ?? "";

    /// <summary>How many answers came over the connection.</summary>
    public int Count => Text.Split("HTTP/1.1 ").Length - 1;

    public IEnumerable<string> Names => fields.Select(pair => pair.Name);

    /// <summary>The values of a header field, a list taken apart.</summary>
    public string[] this[string name] =>
        [.. fields.Where(pair => pair.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            .SelectMany(pair => pair.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];

    public static RawAnswer Parse(string text)
    {
        var answer = new RawAnswer(text);
        foreach (var line in text.Split("\r\n\r\n", 2)[0].Split("\r\n").Skip(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            answer.fields.Add((line[..colon], line[(colon + 1)..].Trim()));
        }
        return answer;
    }

    public bool IsProblem(string code) =>
        this["Content-Type"] is ["application/problem+json"] && Body.Contains($"\"code\":\"{code}\"", StringComparison.Ordinal)
        && Body.Contains($"\"status\":{Status},", StringComparison.Ordinal);

    /// <summary>A request line and header lines, and the one answer to it.</summary>
    public static async Task<RawAnswer> ToAsync(Uri at, string requestLine, IEnumerable<string> headers, string body = "") =>
        Parse(await RawHttp.SendAsync(at, requestLine, headers, body));

    public override string ToString() => Text;
}
