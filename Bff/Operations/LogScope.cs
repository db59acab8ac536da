using System.Collections;
using Microsoft.Extensions.Logging.Console;

namespace Bff.Operations;

/// <summary>Adds the client's address to all lines of a request, where the log is written in JSON.</summary>
internal static class LogScope
{
    public static void UseLogScope(this WebApplication app)
    {
        if (app.Configuration["Logging:Console:FormatterName"] != ConsoleFormatterNames.Json) return;
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(LogScope).FullName!);
        app.Use(async (context, next) =>
        {
            var address = context.Connection.RemoteIpAddress;
            // A socket for both versions writes 192.0.2.1 as ::ffff:192.0.2.1.
            if (address is { IsIPv4MappedToIPv6: true }) address = address.MapToIPv4();
            using (logger.BeginScope(new Client(address?.ToString()))) await next(context);
        });
    }

    private sealed class Client(string? address) : IReadOnlyList<KeyValuePair<string, object?>>
    {
        public int Count => 1;

        public KeyValuePair<string, object?> this[int index] => new(nameof(Client), address);

        public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
        {
            yield return this[0];
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        public override string ToString() => $"{nameof(Client)} {address}";
    }
}
