using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using PSMigrate.Benchmarks.Scripts;

namespace PSMigrate.Benchmarks.Contenders;

/// <summary>What the bare loop compares for scripts that were applied before.</summary>
internal enum BareRecheck
{
    /// <summary>Names only: the files are not opened.</summary>
    Names,

    /// <summary>A SHA-256 of every file.</summary>
    Checksums,
}

/// <summary>
/// The least that anyone can do: read each file, run it, write a history row in the same transaction. The physical
/// limit of the work.
/// </summary>
internal sealed class BareLoop(Grouping grouping, BareRecheck recheck) : IContender
{
    /// <inheritdoc />
    public string Name => "Bare loop" + grouping.Suffix() + (recheck == BareRecheck.Names ? " (names only)" : "");

    /// <inheritdoc />
    public string Transactions => grouping.Describe();

    /// <inheritdoc />
    public string Rechecks => recheck == BareRecheck.Names ? "names" : "checksums";

    /// <inheritdoc />
    public ScriptForm Form => ScriptForm.Plain;

    /// <inheritdoc />
    public string HistoryCountSql(BenchmarkDatabase database) => "SELECT count(*) FROM history";

    /// <inheritdoc />
    public Task ApplyAsync(string folder, BenchmarkDatabase database)
    {
        using var connection = database.Connect();
        connection.Open();
        var applied = ReadHistory(connection);

        var files = Directory.GetFiles(folder, "*.sql");
        Array.Sort(files, StringComparer.Ordinal);

        var transaction = grouping == Grouping.AllScripts ? connection.BeginTransaction() : null;
        using var record = connection.CreateCommand();
        record.CommandText = "INSERT INTO history (name, checksum, applied_at) VALUES (@name, @checksum, @at)";
        var name = Add(record, "@name");
        var checksum = Add(record, "@checksum");
        var at = Add(record, "@at");
        using var command = connection.CreateCommand();

        foreach (var file in files)
        {
            var fileName = Path.GetFileName(file);
            if (applied.TryGetValue(fileName, out var before))
            {
                if (recheck == BareRecheck.Checksums && Checksum(File.ReadAllBytes(file)) != before)
                {
                    throw new BenchmarkException($"'{fileName}' was changed after it was applied.");
                }

                continue;
            }

            var bytes = File.ReadAllBytes(file);
            var own = transaction is null ? connection.BeginTransaction() : null;

            command.Transaction = own ?? transaction;
            command.CommandText = System.Text.Encoding.UTF8.GetString(bytes);
            command.ExecuteNonQuery();

            record.Transaction = own ?? transaction;
            name.Value = fileName;
            checksum.Value = Checksum(bytes);
            at.Value = DateTime.UtcNow.ToString("O", CultureInfo.InvariantCulture);
            record.ExecuteNonQuery();

            own?.Commit();
            own?.Dispose();
        }

        transaction?.Commit();
        transaction?.Dispose();
        return Task.CompletedTask;
    }

    /// <summary>The checksum of a script, as the history keeps it.</summary>
    public static string Checksum(byte[] content) => Convert.ToHexString(SHA256.HashData(content));

    private static DbParameter Add(DbCommand command, string name)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        command.Parameters.Add(parameter);
        return parameter;
    }

    /// <summary>The names and checksums of the scripts that the database has had.</summary>
    private static Dictionary<string, string> ReadHistory(DbConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = """
            CREATE TABLE IF NOT EXISTS history (name TEXT PRIMARY KEY, checksum TEXT NOT NULL, applied_at TEXT NOT NULL);
            SELECT name, checksum FROM history;
            """;
        using var reader = command.ExecuteReader();
        var applied = new Dictionary<string, string>(StringComparer.Ordinal);
        while (reader.Read())
        {
            applied.Add(reader.GetString(0), reader.GetString(1));
        }

        return applied;
    }
}
