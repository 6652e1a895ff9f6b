using PSMigrate.Steps;
using PSMigrate.Targets;

namespace PSMigrate.Databases.Servers;

/// <summary>A database on a server: the engine's scheme, and the driver's own connection string.</summary>
/// <param name="newEngine">One engine a target: servers differ by version.</param>
public sealed class ServerTargetKind(Func<ServerEngine> newEngine) : ITargetKind
{
    public string Scheme { get; } = newEngine().Scheme;

    /// <exception cref="MigrationException">TargetAddressInvalid.</exception>
    public TargetAddress Normalize(TargetAddress address, string currentFolder)
    {
        // A reference may stand for any part of it, and is resolved only when the target is opened.
        if (!address.ConnectionWithSecrets.Contains("${", StringComparison.Ordinal))
        {
            newEngine().Read(address);
        }

        return address;
    }

    public Target Open(TargetAddress address) => new ServerTarget(address, newEngine());
}
