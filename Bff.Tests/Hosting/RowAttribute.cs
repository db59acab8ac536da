using Xunit.v3;

namespace Bff.Tests.Hosting;

/// <summary>The rows of <c>SecurityRows.yaml</c> that a test covers, as the trait <c>row</c>.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class RowAttribute(params string[] ids) : Attribute, ITraitAttribute
{
    public IReadOnlyList<string> Ids { get; } = ids;

    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [.. Ids.Select(id => KeyValuePair.Create("row", id))];
}
