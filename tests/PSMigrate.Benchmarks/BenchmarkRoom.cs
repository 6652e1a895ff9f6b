using PSMigrate.Benchmarks.Contenders;

namespace PSMigrate.Benchmarks;

/// <summary>A new folder of our own for databases and scripts; gone afterwards.</summary>
internal sealed class BenchmarkRoom : IDisposable
{
    private readonly DirectoryInfo _folder;
    private int _databases;

    /// <summary>Makes the room, in the folder given or in the temporary folder.</summary>
    public BenchmarkRoom(string? parent)
    {
        var path = System.IO.Path.Combine(
            parent ?? System.IO.Path.GetTempPath(),
            $"psmigrate-benchmarks-{Guid.NewGuid():N}");
        _folder = Directory.CreateDirectory(path);
    }

    /// <summary>The full path of the room.</summary>
    public string Path => _folder.FullName;

    /// <summary>A database that does not exist yet, as a file in a folder of its own.</summary>
    public SqliteFile NewFile()
    {
        var folder = _folder.CreateSubdirectory($"database-{++_databases}");
        return new SqliteFile(System.IO.Path.Combine(folder.FullName, "benchmark.db")) { StateFolder = System.IO.Path.Combine(folder.FullName, "state") };
    }

    /// <summary>An empty database on a PostgreSQL server.</summary>
    public PostgreSqlDatabase NewOn(string server) =>
        new(server) { StateFolder = System.IO.Path.Combine(_folder.CreateSubdirectory($"database-{++_databases}").FullName, "state") };

    /// <inheritdoc />
    public void Dispose() => _folder.Delete(recursive: true);
}
