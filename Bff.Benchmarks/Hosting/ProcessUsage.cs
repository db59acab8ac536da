using System.Diagnostics;
using System.Globalization;

namespace Bff.Benchmarks.Hosting;

/// <summary>What a process has used, by the kernel's own accounting.</summary>
internal readonly record struct ProcessUsage(int Pid)
{
    /// <summary>User and system time of all its threads since it started.</summary>
    public TimeSpan CpuTime
    {
        get
        {
            using var process = Process.GetProcessById(Pid);
            return process.TotalProcessorTime;
        }
    }

    /// <summary>Its proportional set size: a page that several processes share counts as a share of it.</summary>
    public double PssMegabytes => Kilobytes($"/proc/{Pid}/smaps_rollup", "Pss:") / 1024;

    public double ResidentMegabytes => Kilobytes($"/proc/{Pid}/status", "VmRSS:") / 1024;

    private static double Kilobytes(string file, string name) => double.Parse(
        File.ReadLines(file).First(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..].Replace("kB", "").Trim(),
        CultureInfo.InvariantCulture);
}
