namespace Bff.Oidc;

/// <summary>The judgement on a token of the provider.</summary>
/// <typeparam name="T">What an accepted token says.</typeparam>
internal abstract record Verdict<T>
{
    public sealed record Accepted(T Value) : Verdict<T>;

    /// <param name="Reason">What was expected. It has no value of the token except its algorithm.</param>
    public sealed record Refused(string Reason) : Verdict<T>;

    /// <summary>The key is unknown and the provider's keys could not be read again: the token may be good.</summary>
    public sealed record Undecided : Verdict<T>;
}
