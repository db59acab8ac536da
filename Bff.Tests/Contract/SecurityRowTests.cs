using System.Reflection;
using Bff.Tests.Hosting;
using Xunit.v3;
using YamlDotNet.Serialization;

namespace Bff.Tests.Contract;

/// <summary>
/// <c>SecurityRows.yaml</c> lists what the BFF must withstand, a row each; tests name their rows by <see cref="RowAttribute"/>.
/// </summary>
public sealed class SecurityRowTests(ITestOutputHelper output)
{
    private static readonly Dictionary<string, string> Rows = new DeserializerBuilder().Build()
        .Deserialize<Dictionary<string, string>>(File.ReadAllText(Repository.PathTo("Bff.Tests/Contract/SecurityRows.yaml")));

    private static readonly ILookup<string, MethodInfo> Tests =
        (from type in typeof(SecurityRowTests).Assembly.GetTypes()
         from test in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
         where test.GetCustomAttributes().OfType<IFactAttribute>().Any()
         from row in type.GetCustomAttributes<RowAttribute>().Concat(test.GetCustomAttributes<RowAttribute>())
             .SelectMany(attribute => attribute.Ids).Distinct()
         orderby type.Name, test.Name
         select (row, test)).ToLookup(pair => pair.row, pair => pair.test);

    [Fact]
    public void Every_row_has_a_test()
    {
        foreach (var (id, promise) in Rows)
        {
            var classes = Tests[id].GroupBy(test => test.DeclaringType!.Name).Select(type => $"{type.Key} ({type.Count()})");
            output.WriteLine($"{id}: {promise}\n    {string.Join(", ", classes)}");
        }

        Assert.True(Rows.Count > 100, "SecurityRows.yaml was not read.");
        Assert.All(Rows.Keys, id => Assert.True(Tests.Contains(id), id));
    }

    [Fact]
    public void A_test_names_only_rows_that_exist() => Assert.Empty(Tests.Select(row => row.Key).Except(Rows.Keys));
}
