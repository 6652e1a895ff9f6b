using Npgsql;
using PSMigrate.Databases.Data;
using PSMigrate.Databases.Servers.Rows;
using PSMigrate.Databases.Servers.Running;
using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.PostgreSql;

/// <summary>How rows get into a PostgreSQL database and out of it: by its binary COPY, whose framing and forms are those in which rows travel here.</summary>
internal sealed class PostgreSqlDoor(ServerEngine engine, Func<CancellationToken, Task<ServerSession>> connect) : ServerDoor(engine, connect)
{
    /// <summary>What the text of values depends on, and limits that are no limits of ours.</summary>
    private static readonly (string Name, string Value, int Since)[] Settings =
    [
        ("DateStyle", "ISO, YMD", 0), ("IntervalStyle", "postgres", 0), ("TimeZone", "UTC", 0), ("extra_float_digits", "1", 0), ("bytea_output", "hex", 0),
        ("xmlbinary", "base64", 0), ("xmloption", "content", 0), ("standard_conforming_strings", "on", 0),
        ("statement_timeout", "0", 0), ("idle_in_transaction_session_timeout", "0", 0), ("idle_session_timeout", "0", 14), ("transaction_timeout", "0", 17),
    ];

    /// <summary>The encoding of the database's text where it is not all of Unicode; null until its structure was read.</summary>
    private string? encoding;

    public override (string Bytes, string Text) LongTypes => ("bytea", "text");

    public override string DefaultSchema => "public";

    public override string BooleanText(bool value) => value ? "true" : "false";

    public override DataLimits Limits { get; } = new() { FixedText = FixedText.Padded, TakesNul = false, TakesInfiniteTimes = true, TakesNonFiniteDecimals = true, Days = (-2_451_545, 2_145_031_948), Times = (0, 86_400_000_000) };

    public override IReadOnlyList<string> KeepFromWriting(DbObject table) => [$"LOCK TABLE {Name(table)} IN SHARE ROW EXCLUSIVE MODE"];

    public override async Task<DbStructure> ReadStructureAsync(CancellationToken cancel)
    {
        var session = await OpenAsync(cancel).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        encoding = PostgreSqlEncodings.NameOf(((NpgsqlConnection)session.Connection).PostgresParameters.GetValueOrDefault("server_encoding"));
        var structure = await Server.Reader.ReadAsync(session, null, cancel).ConfigureAwait(false);
        var money = structure.Objects.Where(o => o.Kind is DbKinds.Column or "domain" && o.Facet(DbFacets.Type) == "money").ToList();
        if (money.Count > 0)
        {
            // How many places an amount has is the server's setting lc_monetary, and nothing of the column.
            var digits = await session.ScalarAsync<int>("SELECT pg_catalog.scale(0::money::numeric)", cancel).ConfigureAwait(false);
            money.ForEach(o => o.Notes[PostgreSqlTypes.MoneyDigits] = digits.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        return structure;
    }

    public override DataType TypeOf(DbObject column, DbStructure structure) => Encoded(PostgreSqlTypes.Read(column, structure));

    public override IReadOnlyList<DataType> TypesFor(IReadOnlyList<DbObject> columns, DbStructure structure, DataDoor other) =>
        other is PostgreSqlDoor ? NativeOf(columns, structure) : base.TypesFor(columns, structure, other);

    /// <summary>
    /// The type as it goes into a column of the very same type in another PostgreSQL database: values that have no form here go as the server
    /// itself writes them in binary, without being looked at. That is only so where the native type is written the same on both sides.
    /// </summary>
    public DataType NativeOf(DbObject column, DbStructure structure) => PostgreSqlTypes.AsNative(TypeOf(column, structure));

    /// <summary>
    /// The same for all columns of a copy: one that can only go as text makes the server read the whole row as text, in which there are no native values.
    /// </summary>
    public IReadOnlyList<DataType> NativeOf(IReadOnlyList<DbObject> columns, DbStructure structure)
    {
        var natives = columns.Select(c => NativeOf(c, structure)).ToList();
        return natives.Exists(PostgreSqlTypes.IsTextOnly) ? [.. columns.Select(c => TypeOf(c, structure))] : natives;
    }

    public override string? Declare(DataType type) => PostgreSqlTypes.Declare(type);

    public override IReadOnlyList<string> ContinueNumbers(string schema, string table, string column)
    {
        var name = Tables.Name(schema, table);
        var sequence = $"pg_catalog.pg_get_serial_sequence({Server.Rows.Literal(name)}, {Server.Rows.Literal(column)})";
        return [$"SELECT pg_catalog.setval({sequence}, max({Quote(column)})) FROM {name} HAVING max({Quote(column)}) > 0 AND {sequence} IS NOT NULL"];
    }

    public override string Literal(ReadOnlySpan<byte> value, DataType type) => PostgreSqlLiteral.Of(value, type);

    /// <summary>The cast costs nothing where the expression has the type already, and an author's expression comes in the form that is expected.</summary>
    public override string Read(string expression, DataType type) => PostgreSqlTypes.CastOf(type) is { } cast ? $"({expression})::{cast}" : expression;

    protected override string From(DbObject table) => Server.Rows.RowsOf(table);

    public override async Task<ReadMoment> OpenMomentAsync(CancellationToken cancel) => await PostgreSqlReadMoment.OpenAsync(this, cancel).ConfigureAwait(false);

    public override async Task<RowWriter> OpenWriterAsync(DbObject table, IReadOnlyList<WrittenColumn> columns, CancellationToken cancel)
    {
        // How amounts of money are written depends on it: see CopyTextRows.
        var session = await ConnectAsync([("lc_monetary", "C")], cancel).ConfigureAwait(false);
        return new PostgreSqlRowWriter(this, session, table, columns);
    }

    /// <summary>A connection on which no setting changes what values are.</summary>
    internal async Task<ServerSession> ConnectAsync(IReadOnlyList<(string Name, string Value)> also, CancellationToken cancel)
    {
        var session = await OpenAsync(cancel).ConfigureAwait(false);
        try
        {
            var version = ((NpgsqlConnection)session.Connection).PostgreSqlVersion.Major;
            var settings = Settings.Where(s => version >= s.Since).Select(s => (s.Name, s.Value)).Concat(also);
            await session.ExecuteAsync($"SELECT {string.Join(", ", settings.Select(s => $"pg_catalog.set_config('{s.Name}', '{s.Value}', false)"))}", cancel).ConfigureAwait(false);
            return session;
        }
        catch
        {
            await session.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Ends the COPY that another of our connections is in, where that connection cannot be asked to.</summary>
    /// <param name="process">The number of that connection's process on the server.</param>
    internal async Task StopCopyAsync(int process)
    {
        try
        {
            var session = await OpenAsync(CancellationToken.None).ConfigureAwait(false);
            await using var _ = session.ConfigureAwait(false);
            await session.ScalarAsync<bool?>(
                "SELECT pg_catalog.pg_cancel_backend(a.pid) FROM pg_catalog.pg_stat_activity a WHERE a.pid = @p1 AND a.usename = current_user AND a.state = 'active' AND a.query LIKE 'COPY %'", CancellationToken.None, process).ConfigureAwait(false);
        }
        catch (MigrationException)
        {
            // A server that cannot be reached cannot be told; it stops when it finds nobody at the other end.
        }
    }

    private DataType Encoded(DataType type) => type.Form == DataForm.Text && encoding is not null ? type with { Encoding = encoding } : type;
}
