using System.Data.Common;
using System.Globalization;
using PSMigrate.Databases.Tests.Sqlite;
using PSMigrate.Steps;

namespace PSMigrate.Databases.Tests.Engine;

/// <summary>A database of one test, of any engine, looked at and changed without PSMigrate's own code.</summary>
internal abstract class TestDatabase : IDisposable
{
    /// <summary>How a user would write it.</summary>
    public abstract string Target { get; }

    /// <summary>What names it in an address, and no other database.</summary>
    public abstract string Name { get; }

    public abstract ITargetKind Kind { get; }

    /// <summary>False where changes of structure commit by themselves.</summary>
    public virtual bool StructureIsTransactional => true;

    /// <summary>What the engine says of a key that is there already.</summary>
    public abstract string DuplicateSaid { get; }

    /// <summary>A connection of the application's, open.</summary>
    public abstract DbConnection Connect();

    public virtual void Execute(string sql)
    {
        using var connection = Connect();
        Run(connection, sql);
    }

    /// <summary>What the common cases say in SQL that most engines take, as this one says it.</summary>
    public virtual string InDialect(string sql) => sql;

    /// <summary>The first value of the first row; null where there is none or it is NULL.</summary>
    public virtual object? Value(string sql)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar() is { } value and not DBNull ? value : null;
    }

    /// <summary>A text for each row: its values with a space between them.</summary>
    public IReadOnlyList<string> Rows(string sql)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(string.Join(' ', Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "NULL" : Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture))));
        }

        return rows;
    }

    /// <summary>All that it holds but what is PSMigrate's own.</summary>
    public abstract DatabaseImage Image();

    /// <summary>The tables that PSMigrate keeps in it, as it names them itself.</summary>
    public abstract IReadOnlyList<string> OwnTables();

    /// <summary>What PSMigrate keeps in it, but its history, progress and state.</summary>
    public IReadOnlyList<string> Captures() =>
        [.. OwnTables().Where(name => !new[] { "history", "state", "progress" }.Any(kept => name == kept || name == "psmigrate_" + kept))];

    /// <summary>What a script calls a table of PSMigrate's own, by its name without prefix or schema.</summary>
    public virtual string Own(string name) => "psmigrate_" + name;

    /// <summary>What messages call a table that a script names without a schema.</summary>
    public virtual string Shown(string table) => table;

    /// <summary>It is gone, as if somebody had deleted it.</summary>
    public abstract void Delete();

    public abstract void Dispose();

    public static void Run(DbConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
