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

    /// <summary>The path of a database file that does not exist yet, in a folder of its own.</summary>
    public string NewDatabase()
    {
        var folder = _folder.CreateSubdirectory($"database-{++_databases}");
        return System.IO.Path.Combine(folder.FullName, "benchmark.db");
    }

    /// <summary>Removes a database made here, with everything beside it.</summary>
    public static void Remove(string database) =>
        Directory.Delete(System.IO.Path.GetDirectoryName(database)!, recursive: true);

    /// <inheritdoc />
    public void Dispose() => _folder.Delete(recursive: true);
}
