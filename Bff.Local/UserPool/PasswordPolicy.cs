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

    /// <summary>Every demand, met or not, so that a page can show them before anything is typed.</summary>
    public IEnumerable<PasswordDemand> Judge(string password)
    {
        yield return new($"At least {MinimumLength} characters", password.Length >= MinimumLength);
        if (RequireLowercase)
        {
            yield return new("A lower-case letter", password.Any(char.IsAsciiLetterLower));
        }

        if (RequireUppercase)
        {
            yield return new("An upper-case letter", password.Any(char.IsAsciiLetterUpper));
        }

        if (RequireNumbers)
        {
            yield return new("A number", password.Any(char.IsAsciiDigit));
        }

        if (RequireSymbols)
        {
            // A space counts as a symbol only between other characters.
            yield return new("A symbol, such as ! # % or -", password.Trim(' ').Any(Symbols.Contains));
        }

        if (password.Length > MaximumLength)
        {
            yield return new($"At most {MaximumLength} characters", Met: false);
        }
    }
}

/// <summary>One thing that a password must have, and whether it has it.</summary>
internal sealed record PasswordDemand(string Text, bool Met);
