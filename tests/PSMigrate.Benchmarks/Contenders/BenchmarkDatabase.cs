using System.Data.Common;
using DbUp.Builder;
using FluentMigrator.Runner;

namespace PSMigrate.Benchmarks.Contenders;

/// <summary>A database of one contender's, new and empty, of one engine: how everyone reaches it, and how it is looked at afterwards.</summary>
internal abstract class BenchmarkDatabase
{
    /// <summary>PSMigrate's address of it.</summary>
    public abstract string Target { get; }

    /// <summary>Where PSMigrate keeps the state of the run.</summary>
    public required string StateFolder { get; init; }

    /// <summary>The history table of PSMigrate.</summary>
    public abstract string OwnHistory { get; }

    /// <summary>A query for the names of the tables that the scripts made.</summary>
    public abstract string TablesSql { get; }

    /// <summary>A query for the number of indexes that the scripts made.</summary>
    public abstract string IndexesSql { get; }

    /// <summary>The driver's connection string.</summary>
    public abstract string ConnectionString { get; }

    /// <summary>A connection, closed.</summary>
    public abstract DbConnection Connect();

    /// <summary>DbUp on it.</summary>
    public abstract UpgradeEngineBuilder DbUp();

    /// <summary>FluentMigrator's generator and processor for it.</summary>
    public abstract IMigrationRunnerBuilder FluentMigrator(IMigrationRunnerBuilder runner);

    /// <summary>Nobody may have made it faster by changing its settings.</summary>
    /// <exception cref="BenchmarkException">Somebody has.</exception>
    public virtual void RequireDefaults(DbConnection connection, string contender)
    {
    }

    /// <summary>Removes it.</summary>
    public abstract void Remove();
}
