using Bff.Tests.Hosting;

namespace Bff.Tests.Local;

/// <summary>Free places for all parts of a local system, and the settings that put it there.</summary>
internal sealed class LocalPorts
{
    public string Bff { get; } = $"http://localhost:{FreePort.Next()}";

    public string Spa { get; } = $"http://localhost:{FreePort.Next()}";

    public string Api { get; } = $"http://localhost:{FreePort.Next()}";

    public string Domain { get; } = $"http://localhost:{FreePort.Next()}";

    public string Issuer { get; } = $"http://localhost:{FreePort.Next()}/local_pool";

    public int Management { get; } = FreePort.Next();

    public string[] Arguments() =>
    [
        $"--Local:BffUrl={Bff}", $"--Local:SpaUrl={Spa}", $"--Local:ApiUrl={Api}", $"--Local:ManagementPort={Management}",
        $"--UserPool:DomainUrl={Domain}", $"--UserPool:IssuerUrl={Issuer}"
    ];
}
