using FluentMigrator.Runner;
using FluentMigrator.Runner.Initialization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PSMigrate.Benchmarks.Scripts;

namespace PSMigrate.Benchmarks.Contenders;

/// <summary>FluentMigrator, with one migration a script that executes the file.</summary>
internal sealed class FluentMigratorContender(Grouping grouping) : IContender
{
    /// <inheritdoc />
    public string Name => "FluentMigrator" + grouping.Suffix();

    /// <inheritdoc />
    public string Transactions => grouping.Describe();

    /// <inheritdoc />
    public string Rechecks => "version numbers";

    /// <inheritdoc />
    public ScriptForm Form => ScriptForm.Plain;

    /// <inheritdoc />
    public string HistoryCountSql(BenchmarkDatabase database) => "SELECT count(*) FROM \"VersionInfo\"";

    /// <inheritdoc />
    public Task ApplyAsync(string folder, BenchmarkDatabase database)
    {
        using var services = new ServiceCollection()
            .AddFluentMigratorCore()
            .ConfigureRunner(runner => database.FluentMigrator(runner)
                .WithGlobalConnectionString(database.ConnectionString))
            .AddLogging(logging => logging.ClearProviders())
            .Configure<RunnerOptions>(runner => runner.TransactionPerSession = grouping == Grouping.AllScripts)
            .AddScoped<IMigrationInformationLoader>(_ => new ScriptMigrationLoader(folder))
            .BuildServiceProvider(validateScopes: false);
        using var scope = services.CreateScope();
        scope.ServiceProvider.GetRequiredService<IMigrationRunner>().MigrateUp();
        return Task.CompletedTask;
    }
}
