using DbUp;
using DbUp.Builder;
using PSMigrate.Benchmarks.Scripts;

namespace PSMigrate.Benchmarks.Contenders;

/// <summary>DbUp, with scripts from the file system.</summary>
internal sealed class DbUpContender(Grouping grouping) : IContender
{
    /// <inheritdoc />
    public string Name => "DbUp" + grouping.Suffix();

    /// <inheritdoc />
    public string Transactions => grouping.Describe();

    /// <inheritdoc />
    public string Rechecks => "names";

    /// <inheritdoc />
    public ScriptForm Form => ScriptForm.Plain;

    /// <inheritdoc />
    public string HistoryCountSql(BenchmarkDatabase database) => "SELECT count(*) FROM SchemaVersions";

    /// <inheritdoc />
    public Task ApplyAsync(string folder, BenchmarkDatabase database)
    {
        var builder = Configure(folder, database);
        builder = grouping == Grouping.EachScript ? builder.WithTransactionPerScript() : builder.WithTransaction();
        var result = builder.Build().PerformUpgrade();
        return result.Successful
            ? Task.CompletedTask
            : throw new BenchmarkException($"DbUp failed at '{result.ErrorScript?.Name}': {result.Error.Message}");
    }

    /// <summary>DbUp over a folder and a database, silent.</summary>
    public static UpgradeEngineBuilder Configure(string folder, BenchmarkDatabase database) => database.DbUp()
        .WithScriptsFromFileSystem(folder)
        .LogToNowhere();
}
