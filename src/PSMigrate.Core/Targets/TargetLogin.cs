namespace PSMigrate.Targets;

/// <summary>
/// What somebody logs in with who does not write it into the address. It is for every target on a server whose address has no
/// password of its own, and is never written anywhere.
/// </summary>
public sealed class TargetLogin
{
    /// <summary>Null where only a token is given.</summary>
    public string? User { get; init; }

    public string? Password { get; init; }

    /// <summary>A token of the server's identity provider, for the engines that take one; null where none is given.</summary>
    public string? AccessToken { get; init; }

    /// <summary>True once a target has taken it.</summary>
    public bool WasUsed { get; private set; }

    /// <summary>User and password, for an address that has no password; null where there are none to take.</summary>
    public (string User, string Password)? TakeAccount()
    {
        if (User is null)
        {
            return null;
        }

        WasUsed = true;
        return (User, Password ?? "");
    }

    /// <summary>The token, for an engine that takes one; null where there is none.</summary>
    public string? TakeToken()
    {
        WasUsed |= AccessToken is not null;
        return AccessToken;
    }
}
