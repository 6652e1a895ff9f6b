using PSMigrate.Steps;
using PSMigrate.Targets;

namespace PSMigrate.Code;

/// <summary><c>dir:path</c> is a folder, usually a work tree.</summary>
public sealed class DirectoryTargetKind : ITargetKind
{
    public string Scheme => "dir";

    /// <exception cref="MigrationException">TargetAddressInvalid.</exception>
    public TargetAddress Normalize(TargetAddress address, string currentFolder)
    {
        // A path has no secrets, whatever its folders are called.
        var path = address.ConnectionWithSecrets;
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
        {
            throw new MigrationException("TargetAddressInvalid", ErrorKind.InvalidInput, $"'{address}' names no folder.")
            {
                Offender = address.ToString(),
                RecommendedAction = "Write dir: and a path; dir:. is the current folder.",
            };
        }

        // A reference is a path of its own that is known only when it is used.
        return path.StartsWith("${", StringComparison.Ordinal)
            ? address
            : new TargetAddress(address.Scheme, Path.TrimEndingDirectorySeparator(Path.GetFullPath(path, currentFolder)));
    }

    public Target Open(TargetAddress address) => new DirectoryTarget(address);
}
