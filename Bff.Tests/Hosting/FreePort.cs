using System.Net;
using System.Net.Sockets;

namespace Bff.Tests.Hosting;

/// <summary>Ports for what must know its address before it listens; what can listen on port 0 should do that instead.</summary>
internal static class FreePort
{
    // Below the range that the system hands out by itself (from 32768 on), and begun apart from other test processes.
    private const int First = 12_000, Count = 20_000;

    private static int last = Environment.ProcessId % 1_000 * 20;

    public static int Next()
    {
        while (true)
        {
            var port = First + (Interlocked.Increment(ref last) % Count);
            if (IsFree(IPAddress.Loopback, port) && IsFree(IPAddress.IPv6Loopback, port)) return port;
        }
    }

    private static bool IsFree(IPAddress address, int port)
    {
        try
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(address, port));
            return true;
        }
        // A machine without IPv6 has no listener there.
        catch (SocketException fault)
        {
            return fault.SocketErrorCode is SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported;
        }
    }
}
