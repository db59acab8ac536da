using System.Text.Json.Nodes;
using System.Xml.Linq;
using Bff.Settings;
using Bff.Tests.Hosting;

namespace Bff.Tests.Compose;

/// <summary>What the image says about itself.</summary>
[Collection(ComposedSystem.Name)]
public sealed class ImageTests
{
    [ComposeFact]
    public async Task The_labels_and_the_program_name_one_version_and_commit()
    {
        var labels = (await Containers.InspectAsync("bff"))["Config"]!["Labels"]!;
        var (version, commit) = (labels["org.opencontainers.image.version"], labels["org.opencontainers.image.revision"]);

        var line = await Containers.RunProgramAsync("bff", "--version");

        Assert.Equal($"Bff {version}, commit {(commit!.ToString() is "" ? "unknown" : commit)}\n", line);
        Assert.StartsWith(version!.ToString(), ProgramVersion.Text, StringComparison.Ordinal);
    }

    [ComposeFact]
    public async Task The_list_of_packages_has_each_package_of_the_program_with_its_version()
    {
        var list = JsonNode.Parse(await Containers.ExecAsync("bff", "cat", "/app/sbom.json"))!;

        var listed = list["components"]!.AsArray().ToDictionary(part => part!["name"]!.ToString(), part => part!["version"]!.ToString());
        var versions = XDocument.Load(Repository.PathTo("Directory.Packages.props")).Descendants("PackageVersion")
            .ToDictionary(package => package.Attribute("Include")!.Value, package => package.Attribute("Version")!.Value);
        var packages = XDocument.Load(Repository.PathTo("Bff/Bff.csproj")).Descendants("PackageReference")
            .Select(package => package.Attribute("Include")!.Value).ToList();
        Assert.Equal("CycloneDX", list["bomFormat"]!.ToString());
        Assert.NotEmpty(packages);
        Assert.All(packages, package => Assert.Equal(versions[package], listed.GetValueOrDefault(package)));
        Assert.True(listed.Count > packages.Count, "Packages of packages are missing.");
    }
}
