using FluentValidation;
using StackExchange.Redis;

namespace Bff.Storage;

/// <summary>Where sessions are kept: section <c>Redis</c>.</summary>
internal sealed class RedisOptions
{
    public const string Section = "Redis";

    /// <summary>A StackExchange.Redis connection string: one server, a cluster, Sentinel, TLS, an ACL user.</summary>
    /// <value>Required.</value>
    public string Configuration { get; set; } = "";

    /// <summary>First part of every key, so that several installations can share a Redis.</summary>
    /// <value><c>bff:</c> unless set.</value>
    public string KeyPrefix { get; set; } = "bff:";
}

internal sealed class RedisOptionsValidator : AbstractValidator<RedisOptions>
{
    public RedisOptionsValidator()
    {
        RuleFor(options => options.Configuration).Cascade(CascadeMode.Stop)
            .NotEmpty().WithMessage("Redis:Configuration is missing. Set it to a StackExchange.Redis connection string, for example "
                + "localhost:6379 or redis.example.com:6380,ssl=true,user=bff,password=...")
            .Must(IsConnectionString).WithMessage("Redis:Configuration is not a StackExchange.Redis connection string "
                + "(host:port,option=value,...). redis:// URLs are not; write host:port instead.");
        // Braces would move the hash tag that keeps a session's keys on one node of a cluster.
        RuleFor(options => options.KeyPrefix).Matches(@"^[A-Za-z0-9:._-]{1,32}\z")
            .WithMessage("Redis:KeyPrefix must be 1 to 32 characters of A-Z a-z 0-9 : . _ -");
    }

    private static bool IsConnectionString(string text)
    {
        if (text.Contains("://", StringComparison.Ordinal)) return false;
        try
        {
            return ConfigurationOptions.Parse(text).EndPoints.Count > 0;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
