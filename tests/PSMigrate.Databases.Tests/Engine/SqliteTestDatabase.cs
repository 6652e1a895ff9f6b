using System.Data.Common;
using Microsoft.Data.Sqlite;
using PSMigrate.Databases.Sqlite;
using PSMigrate.Databases.Tests.Sqlite;
using PSMigrate.Steps;

namespace PSMigrate.Databases.Tests.Engine;

/// <summary>A SQLite file.</summary>
internal sealed class SqliteTestDatabase : TestDatabase
{
    public SqliteTestDatabase(string file)
    {
        File = file;
        using var connection = Open("ReadWriteCreate");
        // A header even where nothing is set up: an empty file is a case of its own.
        Run(connection, "PRAGMA user_version = 0; VACUUM");
    }

    public string File { get; }

    public override string Target => $"sqlite:{File}";

    public override string Name => File;

    public override ITargetKind Kind => new SqliteTargetKind();

    public override string DuplicateSaid => "UNIQUE constraint failed";

    public override DbConnection Connect() => Open("ReadWrite");

    public override DatabaseImage Image() => DatabaseImage.Of(File);

    public override IReadOnlyList<string> OwnTables() => Rows("SELECT name FROM sqlite_schema WHERE name LIKE 'psmigrate!_%' ESCAPE '!'");

    public override void Delete() => System.IO.File.Delete(File);

    public override void Dispose()
    {
    }

    public SqliteConnection Open(string mode, int timeout = 30)
    {
        var connection = new SqliteConnection($"Data Source={File};Mode={mode};Pooling=False;Default Timeout={timeout}");
        connection.Open();
        return connection;
    }
}
