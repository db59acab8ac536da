using System.Net;
using System.Net.Sockets;

namespace Bff.Tests.Hosting;

/// <summary>Ports for what must know its address before it listens; what can listen on port 0 should do that instead.</summary>
internal static class FreePort
{
    // Below the range that the system hands out by itself, and apart from those of another test process.
    private static int last = 20_000 + (Environment.ProcessId % 1_000 * 10);

    public static int Next()
    {
        while (true)
        {
            var port = Interlocked.Increment(ref last);
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
                // Taken: the next one.
            }
        }
    }
}
