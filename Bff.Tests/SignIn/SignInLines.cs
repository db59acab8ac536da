using Bff.Tests.Hosting;

namespace Bff.Tests.SignIn;

/// <summary>What the log says about a sign-in; the lines of requests, of sessions and of the framework have their own tests.</summary>
internal static class SignInLines
{
    private static readonly string[] Categories = ["Bff.SignIn.", "Bff.Oidc.", "Bff.Errors.", "Bff.Logout."];

    public static Task AssertOneLineAsync(this SignInTarget target, Browser browser, string path, string expected) =>
        target.AssertOneLineAsync(() => browser.NavigateAsync(new Uri(target.System.Url, path), typed: true), expected);

    public static async Task AssertOneLineAsync(this SignInTarget target, Func<Task> act, string expected)
    {
        var before = target.System.Logs.Events.Count;

        await act();

        var lines = target.System.Logs.Events.Skip(before).Where(line => Categories.Any(category => line.Category.StartsWith(
            category, StringComparison.Ordinal))).ToList();
        Assert.True(
            lines.Count == 1 && lines[0].Message.Contains(expected, StringComparison.Ordinal),
            $"{expected}:\n{string.Join('\n', lines.Select(line => line.Message))}");
    }
}
