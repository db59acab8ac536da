namespace Bff.Local.UserPool.SignIn;

/// <summary>The form of one of the pool's pages; one that cannot be read is empty, and fails by its missing token.</summary>
internal static class PageForm
{
    public static async Task<IFormCollection> ReadAsync(HttpContext context)
    {
        try
        {
            return context.Request.HasFormContentType ? await context.Request.ReadFormAsync(context.RequestAborted) : FormCollection.Empty;
        }
        catch (InvalidDataException)
        {
            return FormCollection.Empty;
        }
    }
}
