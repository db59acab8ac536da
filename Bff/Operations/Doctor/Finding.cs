namespace Bff.Operations.Doctor;

/// <summary>How serious a finding is; the names are those of the output.</summary>
internal enum Grade
{
    /// <summary>As it should be.</summary>
    ok,

    /// <summary>It works, or could not be checked, and needs the operator's attention.</summary>
    warn,

    /// <summary>Users cannot be served until it is corrected.</summary>
    fail,
}

/// <summary>What one check found. No member holds a secret.</summary>
/// <param name="Remedy">What to do; null where nothing needs to be done.</param>
internal sealed record Finding(string Check, Grade Grade, string Found, string? Remedy)
{
    public static Finding Ok(string check, string found) => new(check, Grade.ok, found, null);

    public static Finding Warn(string check, string found, string remedy) => new(check, Grade.warn, found, remedy);

    public static Finding Fail(string check, string found, string remedy) => new(check, Grade.fail, found, remedy);

    /// <param name="because">A sentence.</param>
    public static Finding NotChecked(string check, string because) =>
        Warn(check, $"Not checked. {because}", "Correct that first, and run doctor again.");
}
