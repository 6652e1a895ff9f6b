using PSMigrate.Databases.Data;
using PSMigrate.Databases.Servers.Rows;
using PSMigrate.Databases.Servers.Running;
using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.SqlServer;

/// <summary>How rows get into a SQL Server database and out of it.</summary>
internal sealed class SqlServerDoor(ServerEngine engine, Func<CancellationToken, Task<ServerSession>> connect) : ServerDoor(engine, connect)
{
    public override (string Bytes, string Text) LongTypes => ("varbinary(max)", "nvarchar(max)");

    public override string DefaultSchema => "dbo";

    public override TableText Tables { get; } = new SqlServerTableText();

    public override DataLimits Limits { get; } = new() { FixedText = FixedText.Padded, TakesNonFinite = false };

    public override string UpdateWhere(DbObject table, IReadOnlyList<(string Column, string Value)> set, string condition) =>
        $"UPDATE t SET {string.Join(", ", set.Select(s => $"{Quote(s.Column)} = {s.Value}"))} FROM {Name(table)} AS t WHERE {condition}";

    public override string Page(string query, long skip, long most) => $"{query} OFFSET {skip} ROWS FETCH NEXT {most} ROWS ONLY";

    /// <summary>An identity column would stay one.</summary>
    public override string MakeLike(DbObject into, string number, DbObject table, IReadOnlyList<string> columns)
    {
        var list = string.Join(", ", columns.Select(Quote));
        return $"SELECT 0 AS {Quote(number)}, {list} INTO {Name(into)} FROM {Name(table)} WHERE 1 = 0 UNION ALL SELECT 0, {list} FROM {Name(table)} WHERE 1 = 0";
    }

    public override string SaveRows(DbObject table, DbObject into) => $"SELECT * INTO {Name(into)} FROM {Name(table)}";

    public override IReadOnlyList<string> KeepFromWriting(DbObject table) => [$"SELECT count(*) FROM {Name(table)} WITH (TABLOCK, HOLDLOCK)"];

    public override DataType TypeOf(DbObject column, DbStructure structure) => throw NotYet();

    public override string? Declare(DataType type) => throw NotYet();

    public override string Literal(ReadOnlySpan<byte> value, DataType type) => throw NotYet();

    public override Task<ReadMoment> OpenMomentAsync(CancellationToken cancel) => throw NotYet();

    public override Task<RowWriter> OpenWriterAsync(DbObject table, IReadOnlyList<WrittenColumn> columns, CancellationToken cancel) => throw NotYet();

    private static MigrationException NotYet() => new("RowsNotMoved", ErrorKind.NotSupported, "Rows cannot be copied from or to SQL Server, nor changed there in place, in this version.")
    {
        Offender = "sqlserver",
        RecommendedAction = "Move them by a script, or with the server's own tools.",
    };
}
