using Bff.Settings;

namespace Bff.Oidc;

/// <summary>
/// The client secret of the settings and, after a change, the one before: the provider may not know the new one, or no longer the old one.
/// </summary>
internal sealed partial class ClientSecret(Secrets secrets, ILogger<ClientSecret> logger)
{
    private readonly Lock gate = new();
    private string configured = secrets.ClientSecret;
    private string first = secrets.ClientSecret;
    private string? second;
    private bool isFirstAccepted = true;

    /// <summary>The one to use and, when the provider refuses it, the one to try next; null when no other is known.</summary>
    public (string First, string? Second) Known
    {
        get
        {
            lock (gate)
            {
                if (secrets.ClientSecret is var latest && latest != configured)
                {
                    // One that was never accepted does not replace one that was.
                    if (isFirstAccepted) second = first;
                    (configured, first, isFirstAccepted) = (latest, latest, false);
                }
                return (first, second == first ? null : second);
            }
        }
    }

    /// <summary>The provider has accepted this one of <see cref="Known"/>: it is used from now on.</summary>
    public void Accepted(string secret)
    {
        lock (gate)
        {
            if (secret == first && isFirstAccepted) return;
            if (secret != first && secret != second) return;
            if (secret != first) (first, second) = (second!, first);
            isFirstAccepted = true;
            if (secret == configured) Log.Accepted(logger);
            else Log.Refused(logger);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "client_secret_accepted: The provider accepted the changed Oidc:ClientSecret.")]
        public static partial void Accepted(ILogger logger);

        [LoggerMessage(2, LogLevel.Error, "client_secret_refused: The provider refused the changed Oidc:ClientSecret and accepted the one "
            + "before, which stays in use. Correct Oidc:ClientSecret, or add it to the client at the provider.")]
        public static partial void Refused(ILogger logger);
    }
}
