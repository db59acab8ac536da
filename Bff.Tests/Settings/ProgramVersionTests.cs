using System.Text.RegularExpressions;
using System.Xml.Linq;
using Bff.Settings;
using Bff.Tests.Hosting;

namespace Bff.Tests.Settings;

/// <summary>There is one version, and an operator can find it.</summary>
public sealed class ProgramVersionTests
{
    private static readonly string Version =
        XDocument.Load(Repository.PathTo("Directory.Build.props")).Descendants("Version").Single().Value;

    [Fact]
    public async Task The_option_version_prints_version_and_commit_without_any_setting()
    {
        var ended = await EndedProgram.BffAsync("--version");

        Assert.Equal((0, ""), (ended.ExitCode, ended.Errors));
        Assert.Matches($"^Bff {Regex.Escape(Version)}, commit ([0-9a-f]{{40}}|unknown)\n$", ended.Output);
        Assert.Equal(ProgramVersion.Line + "\n", ended.Output);
    }

    [Fact]
    public void The_changelog_begins_with_this_version()
    {
        var sections = Regex.Matches(File.ReadAllText(Repository.PathTo("CHANGELOG.md")), @"^## (\S+)", RegexOptions.Multiline)
            .Select(section => section.Groups[1].Value).SkipWhile(version => version == "Unreleased");

        Assert.Equal(Version, sections.First());
    }

    [Theory]
    [InlineData("Bff/Dockerfile")]
    [InlineData("Bff.Local/Dockerfile")]
    public void An_image_has_this_version_and_the_commit_as_labels(string dockerfile)
    {
        var text = File.ReadAllText(Repository.PathTo(dockerfile));

        Assert.Contains($"ARG VERSION={Version}\n", text, StringComparison.Ordinal);
        Assert.Contains("org.opencontainers.image.version=$VERSION ", text, StringComparison.Ordinal);
        Assert.Contains("org.opencontainers.image.revision=$COMMIT", text, StringComparison.Ordinal);
    }
}
