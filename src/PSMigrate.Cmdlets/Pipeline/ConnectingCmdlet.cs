using System.Management.Automation;
using PSMigrate.Targets;

namespace PSMigrate.Cmdlets.Pipeline;

/// <summary>A cmdlet that opens targets, which may ask who is there.</summary>
public abstract class ConnectingCmdlet : MigrationCmdlet
{
    /// <summary>The account for servers whose address has no password of its own.</summary>
    [Parameter]
    [Credential]
    public PSCredential? Credential { get; set; }

    /// <summary>A token for SQL Server instead of an account.</summary>
    [Parameter]
    [AccessToken]
    public string? AccessToken { get; set; }

    private protected override TargetLogin? NewLogin() => Credential is null && AccessToken is null ? null : new TargetLogin
    {
        User = Credential?.UserName,
        Password = Credential?.GetNetworkCredential().Password,
        AccessToken = AccessToken,
    };
}
