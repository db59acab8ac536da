using System.Net.Sockets;

namespace Bff.Operations;

/// <summary>Starting to listen, and what is said where the system does not allow it.</summary>
internal static class Listening
{
    /// <exception cref="IOException">An address cannot be listened on; the message is one line.</exception>
    public static async Task StartListeningAsync(this WebApplication app)
    {
        try
        {
            await app.StartAsync();
        }
        // Kestrel names the address where it is taken, and nothing at all where it is forbidden or not this machine's.
        catch (SocketException exception)
        {
            throw new IOException(Fault(exception.SocketErrorCode, (app.Configuration["urls"] ?? "").Split(';')), exception);
        }
    }

    internal static string Fault(SocketError error, IEnumerable<string> urls)
    {
        var remedy = error switch
        {
            SocketError.AccessDenied =>
                "the process may not open that port: those below 1024 belong to the administrator. Choose a higher one "
                + "(ASPNETCORE_URLS, --urls, Bff:ManagementPort), or grant CAP_NET_BIND_SERVICE.",
            SocketError.AddressNotAvailable =>
                "that address is not this machine's. Listen on one that is, or on all: http://*:5000 (ASPNETCORE_URLS, --urls).",
            _ => $"the system refused ({error}). Choose another address (ASPNETCORE_URLS, --urls, Bff:ManagementPort).",
        };
        return $"The BFF cannot listen on one of {string.Join(' ', urls)}: {remedy}";
    }
}
