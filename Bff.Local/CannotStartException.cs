namespace Bff.Local;

/// <summary>The local system cannot start, for a reason the person at the keyboard can remove; the message says how.</summary>
internal sealed class CannotStartException(string message) : Exception(message);
