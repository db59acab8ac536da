namespace Bff.Local.UserPool;

/// <summary><c>AWS::Cognito::UserPool</c>, as far as the local pool obeys it.</summary>
internal sealed class PoolSettings
{
    public string UserPoolName { get; set; } = "local_pool";

    public string UserPoolTier { get; set; } = "ESSENTIALS";

    public List<string> UsernameAttributes { get; set; } = [];

    public PoolPolicies Policies { get; set; } = new();
}

internal sealed class PoolPolicies
{
    public PasswordPolicy PasswordPolicy { get; set; } = new();
}
