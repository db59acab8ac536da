using Bff.Tests.Hosting;

namespace Bff.Tests.Operations;

/// <summary>What the program does with arguments that are no settings.</summary>
public sealed class VerbsTests
{
    [Theory]
    [InlineData("docter"), InlineData("serve")]
    public async Task An_unknown_verb_starts_no_server_and_is_exit_code_2_with_the_known_ones(string verb)
    {
        var ended = await EndedProgram.BffAsync(verb);

        Assert.Equal((2, ""), (ended.ExitCode, ended.Output));
        Assert.StartsWith($"There is no '{verb}'.\n", ended.Errors, StringComparison.Ordinal);
        Assert.Contains("Bff.dll doctor [--json]", ended.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help"), InlineData("-h"), InlineData("help")]
    public async Task Help_shows_the_verbs(string help)
    {
        var ended = await EndedProgram.BffAsync(help);

        Assert.Equal((0, ""), (ended.ExitCode, ended.Errors));
        Assert.Contains("Bff.dll health [live|ready]", ended.Output, StringComparison.Ordinal);
    }
}
