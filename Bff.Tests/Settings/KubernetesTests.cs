using System.Text.Json.Nodes;
using System.Xml.Linq;
using Bff.Settings;
using Bff.Tests.Hosting;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Bff.Tests.Settings;

/// <summary>The manifests of <c>deploy/kubernetes</c>: of the types of Kubernetes, agreeing with each other and with the program.</summary>
public sealed class KubernetesTests
{
    private const string Folder = "deploy/kubernetes/";

    private static readonly JsonObject Kustomization = YamlFile.Read(Folder + "kustomization.yaml").Single();
    private static readonly V1Deployment Deployment = Load<V1Deployment>("deployment.yaml");
    private static readonly V1Secret Secret = Load<V1Secret>("secret.example.yaml");
    private static readonly V1PodSpec Pod = Deployment.Spec.Template.Spec;
    private static readonly V1Container Container = Pod.Containers.Single();
    private static readonly V1NetworkPolicy Policy = Load<V1NetworkPolicy>("network-policy.yaml");

    [Fact]
    public void Every_file_of_the_folder_is_used_by_the_kustomization()
    {
        var used = Kustomization["resources"]!.AsArray().Select(file => $"{file}").Append("bff.env");

        Assert.Equal(Directory.EnumerateFiles(Repository.PathTo(Folder)).Select(Path.GetFileName)
            .Except(["kustomization.yaml", "secret.example.yaml"]).Order(), used.Order());
        Assert.Equal("bff.env", $"{Kustomization["configMapGenerator"]![0]!["envs"]![0]}");
    }

    [Fact]
    public void Every_selector_finds_the_pods()
    {
        var labels = Deployment.Spec.Template.Metadata.Labels;

        Assert.Equal(labels, Deployment.Spec.Selector.MatchLabels);
        Assert.Equal(labels, Load<V1Service>("service.yaml").Spec.Selector);
        Assert.Equal(labels, Load<V1PodDisruptionBudget>("pod-disruption-budget.yaml").Spec.Selector.MatchLabels);
        Assert.Equal(labels, Policy.Spec.PodSelector.MatchLabels);
        Assert.Equal(labels, Pod.TopologySpreadConstraints.Single().LabelSelector.MatchLabels);
    }

    [Fact]
    public void Ports_are_those_of_the_program_and_only_the_public_one_is_a_service()
    {
        var ports = Container.Ports.ToDictionary(port => port.Name, port => port.ContainerPort);

        // The base images set ASPNETCORE_HTTP_PORTS=8080.
        Assert.Equal(8080, ports["http"]);
        Assert.Equal(new BffOptions().ManagementPort, ports["management"]);
        Assert.Equal($"{ports["management"]}", Container.Env.Single(variable => variable.Name == "Bff__ManagementPort").Value);
        Assert.Equal("http", Assert.Single(Load<V1Service>("service.yaml").Spec.Ports).TargetPort.Value);
        Assert.All(Policy.Spec.Ingress.SelectMany(rule => rule.Ports), port => Assert.Contains(port.Port.Value, ports.Keys));
    }

    [Fact]
    public void Probes_ask_for_health_on_the_management_port()
    {
        Assert.Equal(["/health/live", "/health/ready", "/health/live"],
            new[] { Container.StartupProbe, Container.ReadinessProbe, Container.LivenessProbe }.Select(probe => probe.HttpGet.Path));
        Assert.All(new[] { Container.StartupProbe, Container.ReadinessProbe, Container.LivenessProbe }, probe =>
            Assert.Equal("management", probe.HttpGet.Port.Value));
    }

    [Fact]
    public void A_pod_may_end_after_the_delay_and_the_time_for_running_requests()
    {
        var delay = Settings().Bff.ShutdownDelay;
        var noticed = TimeSpan.FromSeconds(Container.ReadinessProbe.PeriodSeconds!.Value);

        Assert.True(delay > noticed, $"{delay}");
        Assert.True(Pod.TerminationGracePeriodSeconds > (delay + new HostOptions().ShutdownTimeout).TotalSeconds);
        Assert.Equal("0", Deployment.Spec.Strategy.RollingUpdate.MaxUnavailable.Value);
    }

    [Fact]
    public void The_container_is_confined()
    {
        Assert.Equal((true, 1654L, "RuntimeDefault"),
            (Pod.SecurityContext.RunAsNonRoot, Pod.SecurityContext.RunAsUser, Pod.SecurityContext.SeccompProfile.Type));
        Assert.Equal((false, true), (Container.SecurityContext.AllowPrivilegeEscalation, Container.SecurityContext.ReadOnlyRootFilesystem));
        Assert.Equal(["ALL"], Container.SecurityContext.Capabilities.Drop);
        Assert.False(Pod.AutomountServiceAccountToken);
        Assert.Contains("memory", Container.Resources.Limits.Keys);
    }

    [Fact]
    public void Secrets_are_files_where_the_program_reads_them_and_no_environment_variables()
    {
        var volume = Pod.Volumes.Single(volume => volume.Secret?.SecretName == Secret.Metadata.Name);

        Assert.Equal(BffSettings.SecretsFolder, Container.VolumeMounts.Single(mount => mount.Name == volume.Name).MountPath);
        Assert.All(Container.Env, variable => Assert.Null(variable.ValueFrom));
        Assert.All(Container.EnvFrom, source => Assert.Null(source.SecretRef));
        Assert.Equal($"{Kustomization["configMapGenerator"]![0]!["name"]}", Container.EnvFrom.Single().ConfigMapRef.Name);
    }

    [Fact]
    public void The_program_starts_with_these_settings_and_this_version() =>
        Assert.Equal((Settings().Bff.PublicUrl, $"{Kustomization["images"]![0]!["name"]}", $"{Kustomization["images"]![0]!["newTag"]}"),
            ("https://bff.example.com", Container.Image,
                XDocument.Load(Repository.PathTo("Directory.Build.props")).Descendants("Version").Single().Value));

    private static BffSettings Settings() => BffSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(
        File.ReadLines(Repository.PathTo(Folder + "bff.env")).Select(line => line.Split('=', 2)).Select(pair => (pair[0], pair[1]))
            .Concat(Container.Env.Select(variable => (variable.Name, variable.Value)))
            .Concat(Secret.StringData.Select(pair => (pair.Key, pair.Value)))
            .Select(pair => KeyValuePair.Create(pair.Item1.Replace("__", ":", StringComparison.Ordinal), (string?)pair.Item2))).Build());

    /// <summary>A member that the type does not have is a fault.</summary>
    private static T Load<T>(string file) =>
        KubernetesYaml.Deserialize<T>(File.ReadAllText(Repository.PathTo(Folder + file)), strict: true);
}
