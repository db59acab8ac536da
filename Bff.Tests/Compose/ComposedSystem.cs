using Bff.Tests.Settings;

namespace Bff.Tests.Compose;

/// <summary>The system of docker-compose.yml, up and healthy. Its tests take turns: one of them stops Redis.</summary>
[CollectionDefinition(Name)]
public sealed class ComposedSystem : ICollectionFixture<ComposedSystem>, IAsyncLifetime
{
    internal const string Name = "the composed system";

    internal static IReadOnlyList<string> Services { get; } = [.. new ComposeFile("docker-compose.yml").UsualServices];

    public async ValueTask InitializeAsync()
    {
        foreach (var service in Services) await Containers.WaitUntilHealthyAsync(service);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
