using Bff.Sessions;

namespace Bff.SignIn;

/// <summary>The browser that signs in.</summary>
/// <param name="Device">Its name in the list of sessions.</param>
/// <param name="Session">The session that it has so far; null when it shows none.</param>
internal sealed record SignInBrowser(string Device, SessionId? Session);
