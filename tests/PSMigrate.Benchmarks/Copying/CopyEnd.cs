using System.Data.Common;

namespace PSMigrate.Benchmarks.Copying;

/// <summary>A database at one end of a copy, with the table <c>events</c>.</summary>
internal abstract class CopyEnd : IDisposable
{
    /// <summary>The columns of the table, in their order.</summary>
    public static readonly IReadOnlyList<string> Columns =
        ["id", "account", "kind", "amount", "rate", "active", "name", "city", "note", "code", "made", "seen", "day", "ref", "payload", "counter"];

    /// <summary>The engine's name.</summary>
    public abstract string Name { get; }

    /// <summary>How PSMigrate is told of it.</summary>
    public abstract string Target { get; }

    /// <summary>Makes the table anew, empty.</summary>
    public abstract void Make();

    /// <summary>Fills it.</summary>
    public abstract void Fill(int rows);

    public long Count() => Convert.ToInt64(Scalar("SELECT count(*) FROM events"), System.Globalization.CultureInfo.InvariantCulture);

    public abstract void Dispose();

    protected abstract DbConnection Connect();

    protected void Run(string sql)
    {
        using var connection = Connect();
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = 0;
        command.ExecuteNonQuery();
    }

    private object? Scalar(string sql)
    {
        using var connection = Connect();
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = 0;
        return command.ExecuteScalar();
    }
}
