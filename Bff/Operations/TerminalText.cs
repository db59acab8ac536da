namespace Bff.Operations;

internal static class TerminalText
{
    /// <summary>The text of another server without control characters, which could overwrite other lines of a terminal.</summary>
    public static string WithoutControls(string text) =>
        string.Concat(text.Select(character => char.IsControl(character) ? '?' : character));
}
