namespace Bff.Local.UserPool;

/// <summary>The form of a request; one that cannot be read is empty, and fails by what it lacks.</summary>
internal static class PostedForm
{
    public static async Task<IFormCollection> ReadAsync(HttpContext context)
    {
        try
        {
            return context.Request.HasFormContentType ? await context.Request.ReadFormAsync(context.RequestAborted) : FormCollection.Empty;
        }
        catch (Exception unreadable) when (unreadable is InvalidDataException or BadHttpRequestException)
        {
            return FormCollection.Empty;
        }
    }
}
