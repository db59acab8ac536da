using System.Runtime.CompilerServices;
using Xunit.Sdk;
using Xunit.v3;

namespace Bff.Tests.Compose;

/// <summary>
/// A test of the running containers. It exists only where <c>COMPOSE_CHECK</c> names their Compose project
/// (xUnit's explicit tests would be reported as skipped everywhere else).
/// </summary>
[XunitTestCaseDiscoverer(typeof(ComposeFactDiscoverer))]
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ComposeFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
    : FactAttribute(file, line);

internal sealed class ComposeFactDiscoverer : FactDiscoverer
{
    public override ValueTask<IReadOnlyCollection<IXunitTestCase>> Discover(ITestFrameworkDiscoveryOptions options,
        IXunitTestMethod method, IFactAttribute fact) =>
        Containers.Project is null ? new([]) : base.Discover(options, method, fact);
}
