using System.Net;
using System.Net.Sockets;

namespace Bff.Benchmarks.Hosting;

/// <summary>Ports for servers that must know their address before they listen.</summary>
internal static class FreePort
{
    // Below the range that the system gives to clients (from 32768 on).
    private const int First = 12_000, Count = 20_000;

    private static int last = Environment.ProcessId % 1_000 * 20;

    public static int Next()
    {
        while (true)
        {
            var port = First + (Interlocked.Increment(ref last) % Count);
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
                // It is in use; the next one.
            }
        }
    }
}
