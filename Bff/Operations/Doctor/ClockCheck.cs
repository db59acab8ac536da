namespace Bff.Operations.Doctor;

/// <summary>This machine's clock against the provider's. Token times are checked with this machine's.</summary>
internal static class ClockCheck
{
    private const string Check = "clock";

    private static readonly TimeSpan Noticeable = TimeSpan.FromSeconds(5);

    /// <summary>What the header <c>Date</c> leaves out.</summary>
    private static readonly TimeSpan Resolution = TimeSpan.FromSeconds(1);

    /// <param name="provider">Null when the provider sent no <c>Date</c>.</param>
    public static Finding Judge(DateTimeOffset? provider, DateTimeOffset now, TimeSpan allowed)
    {
        if (provider is not { } date) return Finding.Ok(Check, "Not known: the provider sends no Date header.");

        var difference = (now - date).Duration();
        var found =
            $"It differs from the provider's by {difference.TotalSeconds:0} seconds; Oidc:ClockSkew allows {allowed.TotalSeconds:0}.";
        const string Remedy = "Synchronize this machine's clock (NTP).";
        return difference > allowed + Resolution && difference > Noticeable ? Finding.Fail(Check, found, Remedy)
            : difference > Noticeable ? Finding.Warn(Check, found, Remedy)
            : Finding.Ok(Check, found);
    }
}
