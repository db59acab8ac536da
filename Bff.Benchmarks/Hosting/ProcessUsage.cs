using System.Globalization;
using System.Runtime.InteropServices;

namespace Bff.Benchmarks.Hosting;

/// <summary>What a process has used, by the kernel's own accounting.</summary>
internal readonly record struct ProcessUsage(int Pid)
{
    /// <summary>User and system time of all its threads since it started; /proc/PID/stat has the same in steps of 10 ms.</summary>
    public TimeSpan CpuTime => Native.clock_getcpuclockid(Pid, out var clock) == 0 && Native.clock_gettime(clock, out var time) == 0
        ? TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromMicroseconds(time.Nanoseconds / 1000.0)
        : throw new InvalidOperationException($"The process {Pid} has ended.");

    /// <summary>Its proportional set size: a page that several processes share counts as a share of it.</summary>
    public double PssMegabytes => Kilobytes($"/proc/{Pid}/smaps_rollup", "Pss:") / 1024;

    public double ResidentMegabytes => Kilobytes($"/proc/{Pid}/status", "VmRSS:") / 1024;

    private static double Kilobytes(string file, string name) => double.Parse(
        File.ReadLines(file).First(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..].Replace("kB", "").Trim(),
        CultureInfo.InvariantCulture);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Timespec
    {
        public readonly long Seconds, Nanoseconds;
    }

    private static class Native
    {
        [DllImport("libc")]
        public static extern int clock_getcpuclockid(int pid, out int clock);

        [DllImport("libc")]
        public static extern int clock_gettime(int clock, out Timespec time);
    }
}
