using Microsoft.Data.Sqlite;
using PSMigrate.Engine;
using PSMigrate.Steps;
using PSMigrate.Targets;

namespace PSMigrate.Databases.Sqlite;

/// <summary><c>sqlite:path</c>, or <c>sqlite:</c> with the driver's connection string.</summary>
public sealed class SqliteTargetKind : ITargetKind
{
    public string Scheme => "sqlite";

    /// <exception cref="MigrationException">TargetAddressInvalid.</exception>
    public TargetAddress Normalize(TargetAddress address, string currentFolder)
    {
        if (!address.Connection.Contains('=', StringComparison.Ordinal) || File.Exists(Path.GetFullPath(address.Connection, currentFolder)))
        {
            if (address.Connection is "" or ":memory:")
            {
                throw Invalid(address, "it names no file");
            }

            var path = Path.GetFullPath(address.Connection, currentFolder);
            return new TargetAddress(address.Scheme, path);
        }

        try
        {
            var builder = new SqliteConnectionStringBuilder(address.ConnectionWithSecrets);
            if (builder.Mode == SqliteOpenMode.Memory || builder.DataSource is "" or ":memory:")
            {
                throw Invalid(address, "a database in memory has nothing to migrate");
            }

            if (!builder.DataSource.StartsWith("file:", StringComparison.Ordinal) && !builder.DataSource.StartsWith("${", StringComparison.Ordinal))
            {
                builder.DataSource = Path.GetFullPath(builder.DataSource, currentFolder);
            }

            return TargetAddress.Parse($"{address.Scheme}:{builder.ConnectionString}");
        }
        catch (ArgumentException e)
        {
            throw Invalid(address, e.Message);
        }
    }

    public Target Open(TargetAddress address) => new SqliteTarget(address);

    private static MigrationException Invalid(TargetAddress address, string why) =>
        new("TargetAddressInvalid", ErrorKind.InvalidInput, $"'{address}' is not a SQLite target: {why}.")
        {
            Offender = address.ToString(),
            RecommendedAction = "Write sqlite: and a path, or a connection string such as sqlite:Data Source=shop.db.",
        };
}
