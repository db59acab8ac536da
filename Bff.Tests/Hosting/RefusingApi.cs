using System.Net;
using Microsoft.AspNetCore.Http;

namespace Bff.Tests.Hosting;

/// <summary>An API that refuses tokens, and its refusal as it reaches the SPA.</summary>
internal static class RefusingApi
{
    public static Task AnswerAsync(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        context.Response.Headers.WWWAuthenticate = "Bearer error=\"invalid_token\"";
        // A header of a refused attempt must not be found in the answer of the next.
        context.Response.Headers["X-Attempt"] = status == 200 ? "1" : "0";
        if (status == 401) context.Response.Headers["X-Refused"] = "yes";
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.WriteAsync($"the API's own {status}");
    }

    public static async Task PassedOnAsync(HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("the API's own 401", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Empty(answer.Headers.WwwAuthenticate);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        Assert.False(answer.Headers.Contains("Location"));
    }
}
