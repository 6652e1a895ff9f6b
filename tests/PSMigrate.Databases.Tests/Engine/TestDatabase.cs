using PSMigrate.Databases.Tests.Sqlite;
using PSMigrate.Steps;

namespace PSMigrate.Databases.Tests.Engine;

/// <summary>A database of one test, of any engine, looked at and changed without PSMigrate's own code.</summary>
internal abstract class TestDatabase : IDisposable
{
    /// <summary>How a user would write it.</summary>
    public abstract string Target { get; }

    public abstract ITargetKind Kind { get; }

    public abstract void Execute(string sql);

    /// <summary>What the common cases say in SQL that most engines take, as this one says it.</summary>
    public virtual string InDialect(string sql) => sql;

    /// <summary>The first value of the first row; null where there is none or it is NULL.</summary>
    public abstract object? Value(string sql);

    /// <summary>All that it holds but what is PSMigrate's own.</summary>
    public abstract DatabaseImage Image();

    /// <summary>What PSMigrate keeps in it, but its history, progress and state.</summary>
    public abstract IReadOnlyList<string> Captures();

    public abstract void Dispose();
}
