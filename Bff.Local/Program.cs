namespace Bff.Local;

internal static class Program
{
    public static async Task Main(string[] args)
    {
        await using var app = WebApplication.CreateBuilder(args).Build();
        await app.RunAsync();
    }
}
