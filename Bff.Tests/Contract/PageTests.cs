using System.Text.RegularExpressions;
using Bff.Tests.Hosting;

namespace Bff.Tests.Contract;

/// <summary>The pages for readers: their links lead somewhere, and their lines are not too long.</summary>
public sealed partial class PageTests
{
    private const int MaximumWidth = 140;

    public static TheoryData<string> Pages =>
    [
        "README.md", "SECURITY.md", "CHANGELOG.md",
        .. Directory.EnumerateFiles(Repository.PathTo("docs"), "*.md").Select(page => $"docs/{Path.GetFileName(page)}"),
    ];

    [Theory, MemberData(nameof(Pages))]
    public void A_relative_link_leads_to_a_file_and_a_heading(string page)
    {
        var links = Link().Matches(File.ReadAllText(Repository.PathTo(page))).Select(link => link.Groups[1].Value)
            .Where(link => !link.Contains("://", StringComparison.Ordinal));

        Assert.All(links, link => Assert.True(LeadsSomewhere(page, link), link));
    }

    [Theory, MemberData(nameof(Pages))]
    public void A_line_that_is_no_table_row_or_URL_has_at_most_140_columns(string page) =>
        Assert.DoesNotContain(File.ReadLines(Repository.PathTo(page)),
            line => line.Length > MaximumWidth && line[0] != '|' && !line.StartsWith("http", StringComparison.Ordinal));

    [Fact]
    public void The_pages_to_start_from_are_short()
    {
        Assert.InRange(new FileInfo(Repository.PathTo("README.md")).Length, 1, 12 * 1024);
        Assert.InRange(new FileInfo(Repository.PathTo("SECURITY.md")).Length, 1, 10 * 1024);
    }

    private static bool LeadsSomewhere(string page, string link)
    {
        var (file, anchor) = link.Split('#') is [var name, var heading] ? (name, heading) : (link, null);
        var target = file == "" ? Repository.PathTo(page) : Path.Combine(Path.GetDirectoryName(Repository.PathTo(page))!, file);
        if (anchor is null) return Path.Exists(target);
        return File.Exists(target) && File.ReadLines(target).Any(line => line.StartsWith('#') && Anchor(line) == anchor);
    }

    /// <summary>As GitHub makes it: in lower case, with hyphens for blanks, without other marks.</summary>
    private static string Anchor(string heading) =>
        Mark().Replace(heading.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-');

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]")]
    private static partial Regex Mark();
}
