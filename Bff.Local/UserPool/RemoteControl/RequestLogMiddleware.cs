namespace Bff.Local.UserPool.RemoteControl;

/// <summary>Writes each request into the log, the dropped ones too.</summary>
internal sealed class RequestLogMiddleware(RequestDelegate next, RequestLog log, PoolAddresses addresses)
{
    private static readonly IReadOnlyDictionary<string, string> Nothing = new Dictionary<string, string>();

    public async Task InvokeAsync(HttpContext context)
    {
        var path = addresses.EndpointOf(context);
        var form = Nothing;
        var added = 0;
        // Before the first byte of the answer: a client that has it finds its request in the log.
        context.Response.OnStarting(() =>
        {
            AddOnce();
            return Task.CompletedTask;
        });
        try
        {
            // Read before the fault strikes, so that a hanging or refused request is known by its content as well.
            form = path.StartsWith("/oauth2/", StringComparison.Ordinal) ? Read(await PostedForm.ReadAsync(context)) : Nothing;
            log.Count(path, form.GetValueOrDefault("grant_type"));
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has closed the connection.
        }
        finally
        {
            AddOnce();
        }

        void AddOnce()
        {
            if (Interlocked.Exchange(ref added, 1) == 0)
            {
                log.Add(new LoggedRequest(context.Request.Method, path, context.Request.QueryString.Value ?? "",
                    Read(context.Request.Headers), form, context.Response.StatusCode));
            }
        }
    }

    private static Dictionary<string, string> Read(IEnumerable<KeyValuePair<string, Microsoft.Extensions.Primitives.StringValues>> pairs) =>
        pairs.ToDictionary(pair => pair.Key, pair => pair.Value.ToString(), StringComparer.OrdinalIgnoreCase);
}
