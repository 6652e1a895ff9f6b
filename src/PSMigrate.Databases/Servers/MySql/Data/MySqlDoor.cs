using System.Text.RegularExpressions;
using MySqlConnector;
using PSMigrate.Databases.Data;
using PSMigrate.Databases.Servers.Rows;
using PSMigrate.Databases.Servers.Running;
using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.MySql;

/// <summary>How rows get into a MySQL or MariaDB database and out of it.</summary>
internal sealed partial class MySqlDoor(ServerEngine engine, Func<CancellationToken, Task<ServerSession>> connect) : ServerDoor(engine, connect)
{
    /// <summary>Character sets from which every value goes to UTF-8 and back: those of Unicode, and latin1, which has a character for every byte here.</summary>
    private static readonly HashSet<string> Reversible = new(["utf8", "utf8mb3", "utf8mb4", "utf16", "utf16le", "utf32", "latin1"], StringComparer.OrdinalIgnoreCase);

    public override (string Bytes, string Text) LongTypes => ("longblob", "longtext");

    public override DataLimits Limits { get; } = new() { FixedText = FixedText.Trimmed, TakesNonFinite = false, Days = (DataLimits.DayOf(1, 1, 1), DataLimits.DayOf(9999, 12, 31)), Times = (-3_020_399_000_000, 3_020_399_000_000) };

    public override IReadOnlyList<string> KeepFromWriting(DbObject table) => [$"SELECT count(*) FROM {Name(table)} LOCK IN SHARE MODE"];

    public override DataType TypeOf(DbObject column, DbStructure structure) => MySqlTypes.Of(column);

    public override string? Declare(DataType type) => MySqlTypes.Declare(type, (Server as MySqlEngine)?.Features);

    /// <summary>An index takes no text of any length: see "InnoDB Limits" in the manual. What is longer is found before anything is copied.</summary>
    public override string? DeclareIndexed(DataType type) => type.Kind switch
    {
        DataKind.Text or DataKind.Other when !(type.Length <= MostIndexed) => $"varchar({MostIndexed})",
        DataKind.Bytes when !(type.Length <= MostIndexed) => $"varbinary({MostIndexed})",
        _ => Declare(type),
    };

    public override bool HasUniqueIndexesOnly => true;

    public override TableText Tables => new MySqlTableText((Server as MySqlEngine)?.Features);

    private const int MostIndexed = 255;

    public override string Literal(ReadOnlySpan<byte> value, DataType type) => MySqlLiteral.Of(value, type);

    /// <summary>
    /// Whatever the driver would make objects of, or give with fewer digits, comes as bytes. Where a character set has characters that are not
    /// known elsewhere, the server would send a question mark: a byte that no UTF-8 has says that one was there.
    /// </summary>
    public override string Read(string expression, DataType type)
    {
        var isColumn = Column().IsMatch(expression);
        switch (type.Form)
        {
            case DataForm.Int16 or DataForm.Int32 or DataForm.Int64 or DataForm.Numeric or DataForm.Boolean when MySqlTypes.Bare(type.Native) == "bit":
                return $"CAST(CAST({expression} AS UNSIGNED) AS BINARY)";
            case DataForm.Int16 or DataForm.Int32 or DataForm.Int64 or DataForm.Single or DataForm.Double or DataForm.Bytes when isColumn:
                return expression;
            case DataForm.Text when type.Kind == DataKind.Other:
            case DataForm.Uuid:
                return $"CAST(CAST({expression} AS CHAR) AS BINARY)";
            case DataForm.Text:
                var text = $"CAST(CONVERT({expression} USING utf8mb4) AS BINARY)";
                var isLong = type.LengthInBytes is null or > ushort.MaxValue && type.Length is null or > ushort.MaxValue;
                if (isLong && isColumn && (type.Encoding is null || Reversible.Contains(type.Encoding)))
                {
                    // Converted on its way out, it may be as long as it is.
                    return expression;
                }

                if (isLong)
                {
                    // What an expression makes longer than a packet may be comes out as NULL, with a warning only.
                    text = $"IF({expression} IS NOT NULL AND {text} IS NULL, x'{MySqlRowReader.TooLong:X2}', {text})";
                }

                return isColumn && type.Encoding is { } set && !Reversible.Contains(set)
                    ? $"IF(BINARY CONVERT(CONVERT({expression} USING utf8mb4) USING {set}) <=> BINARY {expression}, {text}, CONCAT(x'FF', HEX({expression})))"
                    : text;
            default:
                return $"CAST({expression} AS BINARY)";
        }
    }

    public override async Task<ReadMoment> OpenMomentAsync(CancellationToken cancel) => await MySqlReadMoment.OpenAsync(this, OpenAsync, cancel).ConfigureAwait(false);

    /// <summary>LOAD DATA takes rows from us only on a connection that was made for it.</summary>
    public override async Task<RowWriter> OpenWriterAsync(DbObject table, IReadOnlyList<WrittenColumn> columns, CancellationToken cancel)
    {
        var session = await OpenAsync(cancel).ConfigureAwait(false);
        try
        {
            var loads = await session.ScalarAsync<long>("SELECT @@GLOBAL.local_infile", cancel).ConfigureAwait(false) != 0;
            if (loads)
            {
                var plain = (MySqlConnection)session.Connection;
                var settings = new MySqlConnectionStringBuilder(plain.ConnectionString) { AllowLoadLocalInfile = true };
                var connection = plain.CloneWith(settings.ConnectionString);
                await session.TranslateAsync(async () =>
                {
                    await connection.OpenAsync(cancel).ConfigureAwait(false);
                    return true;
                }, cancel).ConfigureAwait(false);
                var loading = session.On(connection);
                await session.DisposeAsync().ConfigureAwait(false);
                session = loading;
            }

            return await MySqlRowWriter.OpenAsync(session, table, columns, loads, cancel).ConfigureAwait(false);
        }
        catch
        {
            await session.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    [GeneratedRegex("^t\\.`([^`]|``)*`$", RegexOptions.CultureInvariant)]
    private static partial Regex Column();
}
