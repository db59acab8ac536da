namespace Bff.Local.UserPool;

/// <summary>What a password must have; the defaults are Cognito's.</summary>
internal sealed class PasswordPolicy
{
    private const int MaximumLength = 256;
    private const string Symbols = "^$*.[]{}()?\"!@#%&/\\,><':;|_~`=+- ";

    public int MinimumLength { get; set; } = 8;

    public bool RequireLowercase { get; set; } = true;

    public bool RequireUppercase { get; set; } = true;

    public bool RequireNumbers { get; set; } = true;

    public bool RequireSymbols { get; set; } = true;

    /// <summary>How many passwords, the present one included, must not be taken again. 0 to 24, default 0.</summary>
    public int PasswordHistorySize { get; set; }

    public int TemporaryPasswordValidityDays { get; set; } = 7;

    /// <summary>The demands, to be shown before anything is typed.</summary>
    public IEnumerable<string> Demands => Rules("").Select(rule => rule.Demand);

    /// <summary>The demands that <paramref name="password"/> does not meet.</summary>
    public IReadOnlyList<string> Unmet(string password) =>
        [.. Rules(password).Where(rule => !rule.Met).Select(rule => rule.Demand)];

    private IEnumerable<(string Demand, bool Met)> Rules(string password)
    {
        yield return ($"At least {MinimumLength} characters", password.Length >= MinimumLength);
        if (RequireLowercase)
        {
            yield return ("A lower-case letter", password.Any(char.IsAsciiLetterLower));
        }

        if (RequireUppercase)
        {
            yield return ("An upper-case letter", password.Any(char.IsAsciiLetterUpper));
        }

        if (RequireNumbers)
        {
            yield return ("A number", password.Any(char.IsAsciiDigit));
        }

        if (RequireSymbols)
        {
            // A space counts as a symbol only between other characters.
            yield return ("A symbol, such as ! # % or -", password.Trim(' ').Any(Symbols.Contains));
        }

        if (password.Length > MaximumLength)
        {
            yield return ($"At most {MaximumLength} characters", false);
        }
    }
}
