using Bff.Sessions;

namespace Bff.SignIn;

/// <summary>How a sign-in ended.</summary>
internal abstract record SignInResult
{
    public sealed record SignedIn(SessionId Session) : SignInResult;

    public sealed record Failed(SignInError Error) : SignInResult;
}
