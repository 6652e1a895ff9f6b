using PSMigrate.Databases.Data;
using PSMigrate.Databases.Servers.Rows;
using PSMigrate.Databases.Servers.Running;
using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.SqlServer;

/// <summary>How rows get into a SqlServer database and out of it.</summary>
internal sealed class SqlServerDoor(ServerEngine engine, Func<CancellationToken, Task<ServerSession>> connect) : DataDoor
{
    public override string Engine => engine.Name;

    public override (string Bytes, string Text) LongTypes => ("varbinary(max)", "nvarchar(max)");

    public override string DefaultSchema => "dbo";

    public override TableText Tables { get; } = new SqlServerTableText();

    public override DataLimits Limits { get; } = new() { FixedText = FixedText.Padded, TakesNonFinite = false };

    public override string Quote(string name) => engine.Rows.Quote(name);

    public override DbObject Own(string name) => new() { Kind = DbKinds.Table, Schema = engine.OwnSchema ?? "", Name = engine.OwnSchema is null ? engine.OwnName(name) : name };

    public override async Task ExecuteAsync(IReadOnlyList<string> statements, CancellationToken cancel)
    {
        var session = await connect(cancel).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        foreach (var statement in statements)
        {
            await session.ExecuteAsync(statement, cancel).ConfigureAwait(false);
        }
    }

    public override async Task<IReadOnlyList<string>> ListOwnAsync(CancellationToken cancel)
    {
        var session = await connect(cancel).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        return [.. await engine.ListOwnAsync(session, CaptureNames.Capture, cancel).ConfigureAwait(false), .. await engine.ListOwnAsync(session, CaptureNames.Saved, cancel).ConfigureAwait(false)];
    }

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

    public override async Task<DbStructure> ReadStructureAsync(CancellationToken cancel)
    {
        var session = await connect(cancel).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        return await engine.Reader.ReadAsync(session, null, cancel).ConfigureAwait(false);
    }

    public override DataType TypeOf(DbObject column, DbStructure structure) => throw new NotImplementedException();

    public override (IReadOnlyList<string> Off, IReadOnlyList<string> On)? SetAside(DbObject foreignKey, DbStructure structure) =>
        (engine.Writer.Drop(foreignKey), engine.Writer.Create(foreignKey, structure));

    public override bool HoldsRows(DbObject table) => engine.HoldsRows(table);

    public override IReadOnlyList<DbObject> KeyOf(DbObject table, DbStructure structure) => TableKey.Of(table, structure, engine.Rows);

    public override string? Declare(DataType type) => throw new NotImplementedException();

    public override string Literal(ReadOnlySpan<byte> value, DataType type) => throw new NotImplementedException();

    public override string LiteralOf(string expression, DbObject column) => engine.Rows.LiteralOf(expression, column);

    public override Task<ReadMoment> OpenMomentAsync(CancellationToken cancel) => throw new NotImplementedException();

    public override async Task<DoorSession> OpenSessionAsync(CancellationToken cancel) => new ServerDoorSession(engine, await connect(cancel).ConfigureAwait(false));

    public override string UpdateJoined(DbObject table, IReadOnlyList<(string Column, string Value)> set, string from, string on) => engine.Rows.UpdateJoined(Name(table), set, from, on);

    public override string Same(string one, string other, DbObject column) => engine.Rows.Same(one, other, column);

    public override Task<RowWriter> OpenWriterAsync(DbObject table, IReadOnlyList<WrittenColumn> columns, CancellationToken cancel) => throw new NotImplementedException();
}
