using System.Runtime.CompilerServices;
using Xunit.Sdk;
using Xunit.v3;

namespace Bff.Tests.Mutations;

/// <summary>A test that builds the program again for every row. It exists only where <c>MUTATIONS</c> is set: it takes minutes.</summary>
[XunitTestCaseDiscoverer(typeof(MutationTheoryDiscoverer))]
[AttributeUsage(AttributeTargets.Method)]
internal sealed class MutationTheoryAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
    : TheoryAttribute(file, line);

internal sealed class MutationTheoryDiscoverer : TheoryDiscoverer
{
    public override ValueTask<IReadOnlyCollection<IXunitTestCase>> Discover(ITestFrameworkDiscoveryOptions options,
        IXunitTestMethod method, IFactAttribute fact) =>
        Environment.GetEnvironmentVariable("MUTATIONS") is null ? new([]) : base.Discover(options, method, fact);
}
