using System.Net;
using System.Net.Sockets;

namespace Bff.Local;

/// <summary>A port that a part will listen on, and the setting that moves it.</summary>
internal sealed record LocalPort(string Part, int Number, string Remedy)
{
    /// <exception cref="CannotStartException">Another program listens there; the message says what to do.</exception>
    public void DemandFree()
    {
        if (IsInUse(IPAddress.Loopback) || IsInUse(IPAddress.IPv6Loopback))
        {
            throw new CannotStartException($"Port {Number} ({Part}) is in use. End the program that listens there, or choose another "
                + $"port: {Remedy}");
        }
    }

    private bool IsInUse(IPAddress address)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(address, Number));
            return false;
        }
        catch (SocketException error)
        {
            // A machine without IPv6 is no reason to refuse.
            return error.SocketErrorCode == SocketError.AddressAlreadyInUse;
        }
    }
}
