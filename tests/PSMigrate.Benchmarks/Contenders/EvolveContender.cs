using System.Data.Common;
using EvolveDb;
using PSMigrate.Benchmarks.Scripts;

namespace PSMigrate.Benchmarks.Contenders;

/// <summary>
/// Evolve. Only with a transaction a script: its mode for one transaction enlists the connection in an ambient
/// transaction, which this SQLite driver does not support.
/// </summary>
internal sealed class EvolveContender : IContender
{
    /// <inheritdoc />
    public string Name => "Evolve";

    /// <inheritdoc />
    public string Transactions => Grouping.EachScript.Describe();

    /// <inheritdoc />
    public string Rechecks => "checksums";

    /// <inheritdoc />
    public ScriptForm Form => ScriptForm.Versioned;

    /// <inheritdoc />
    public string HistoryCountSql(BenchmarkDatabase database) => "SELECT count(*) FROM changelog WHERE type = 0 AND CAST(success AS INTEGER) = 1";

    /// <inheritdoc />
    public Task ApplyAsync(string folder, BenchmarkDatabase database)
    {
        using var connection = database.Connect();
        Configure(connection, folder).Migrate();
        return Task.CompletedTask;
    }

    /// <summary>Evolve over a connection and a folder, silent.</summary>
    public static Evolve Configure(DbConnection connection, string folder) => new(connection)
    {
        Locations = [folder],
        IsEraseDisabled = true,
    };
}
