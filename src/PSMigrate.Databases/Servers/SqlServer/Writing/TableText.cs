using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.SqlServer.Writing;

/// <summary>
/// Writes tables. Memory-optimised and ledger tables are made with their primary key, or one index, as they cannot be without;
/// making that key by itself then writes nothing.
/// </summary>
internal static class TableText
{
    public static IReadOnlyList<string> Create(DbObject table, DbStructure of)
    {
        var columns = of.ColumnsOf(table.Key);
        string[] statements =
        [
            Statement(table, of, columns),
            .. table.Facet(SqlServerFacets.LockEscalation) is { } escalation ? [Escalation(table, escalation)] : Array.Empty<string>(),
            .. Options(table, null),
        ];
        return [.. statements, .. columns.SelectMany(ColumnText.AfterCreate), .. ExtrasText.Create(table, withOwner: true), .. InlineKey(table, of) is { } key ? ExtrasText.Create(key, withOwner: false) : []];
    }

    public static IReadOnlyList<string> Drop(DbObject table) => [$"DROP {(Has(table, "external") ? "EXTERNAL " : "")}TABLE {SqlServerAddress.Of(table)}"];

    public static IReadOnlyList<string>? Alter(DbObject from, DbObject to)
    {
        var changes = new FacetChanges(from, to);
        if (!changes.Only(SqlServerFacets.LockEscalation, SqlServerFacets.TextInRow, SqlServerFacets.LargeValuesOutOfRow, SqlServerFacets.Compression, SqlServerFacets.XmlCompression,
                SqlServerFacets.Directory, SqlServerFacets.DataSpace, DbFacets.TableKind)
            || WithoutHistory(from) != WithoutHistory(to)
            || (changes.Has(SqlServerFacets.DataSpace) && !HeapIsGone(from, to)))
        {
            return null;
        }

        var statements = Renaming.Move(changes, "OBJECT").ToList();
        if (changes.Has(SqlServerFacets.LockEscalation))
        {
            statements.Add(Escalation(to, to.Facet(SqlServerFacets.LockEscalation) ?? "TABLE"));
        }

        if (changes.Has(SqlServerFacets.Directory))
        {
            statements.Add($"ALTER TABLE {SqlServerAddress.Of(to)} SET (FILETABLE_DIRECTORY = {SqlServerName.Text(to.Facet(SqlServerFacets.Directory) ?? to.Name)})");
        }

        statements.AddRange(Options(to, from));
        if (changes.Has(SqlServerFacets.Compression, SqlServerFacets.XmlCompression))
        {
            statements.AddRange(Compressing.Rebuild($"ALTER TABLE {SqlServerAddress.Of(to)}", from, to));
        }

        statements.AddRange(ExtrasText.Alter(from, to));
        return statements;
    }

    /// <summary>The key that a table is made with; null for most tables.</summary>
    public static DbObject? InlineKey(DbObject table, DbStructure of)
    {
        if (!Has(table, "memory-optimized") && !Has(table, "ledger"))
        {
            return null;
        }

        var parts = of.PartsOf(table.Key);
        return parts.FirstOrDefault(p => p.Kind == DbKinds.PrimaryKey)
            ?? (Has(table, "memory-optimized") ? parts.Where(p => p.Kind is DbKinds.Index or DbKinds.UniqueKey).MinBy(p => p.Name, StringComparer.Ordinal) : null);
    }

    public static bool Has(DbObject table, string kind) => table.Facet(DbFacets.TableKind)?.Contains(kind, StringComparison.Ordinal) == true;

    private static string Statement(DbObject table, DbStructure of, IReadOnlyList<DbObject> columns)
    {
        var name = SqlServerAddress.Of(table);
        if (Has(table, "file table"))
        {
            string[] options =
            [
                .. table.Facet(SqlServerFacets.Directory) is { } directory ? [$"FILETABLE_DIRECTORY = {SqlServerName.Text(directory)}"] : Array.Empty<string>(),
                .. table.Facet(SqlServerFacets.Collation) is { } collation ? [$"FILETABLE_COLLATE_FILENAME = {collation}"] : Array.Empty<string>(),
            ];
            return $"CREATE TABLE {name} AS FILETABLE{Storage(table)}{(options.Length > 0 ? $" WITH ({string.Join(", ", options)})" : "")}";
        }

        var isLedger = Has(table, "ledger");
        var lines = columns.Select(c => ColumnText.Definition(c, generated: isLedger));
        if (isLedger && columns.Count(c => c.Facet(DbFacets.WrittenByEngine)?.StartsWith("ROW ", StringComparison.Ordinal) == true) == 2)
        {
            lines = lines.Append($"PERIOD FOR SYSTEM_TIME ({string.Join(", ", columns.Where(c => c.Facet(DbFacets.WrittenByEngine)?.StartsWith("ROW ", StringComparison.Ordinal) == true)
                .OrderByDescending(c => c.Facet(DbFacets.WrittenByEngine), StringComparer.Ordinal).Select(c => SqlServerName.Quote(c.Name)))})");
        }

        if (InlineKey(table, of) is { } key)
        {
            lines = lines.Append(IndexText.Inline(key, named: true));
        }

        var body = columns.Count == 0 ? "" : $" (\n    {string.Join(",\n    ", lines)}\n)";
        if (table.Facet(SqlServerFacets.External) is { } external)
        {
            return $"CREATE EXTERNAL TABLE {name}{body} WITH ({external})";
        }

        var graph = Has(table, "node") ? " AS NODE" : Has(table, "edge") ? " AS EDGE" : "";
        var with = WithOptions(table).ToList();
        return $"CREATE TABLE {name}{body}{graph}{Storage(table)}{(with.Count > 0 ? $" WITH ({string.Join(", ", with)})" : "")}";
    }

    private static string Storage(DbObject table) =>
        (table.Facet(SqlServerFacets.DataSpace) is { } space ? $" ON {space}" : "")
        + (table.Facet(SqlServerFacets.LobDataSpace) is { } lob ? $" TEXTIMAGE_ON {lob}" : "")
        + (table.Facet(SqlServerFacets.FileStreamDataSpace) is { } stream ? $" FILESTREAM_ON {stream}" : "");

    private static IEnumerable<string> WithOptions(DbObject table)
    {
        if (Has(table, "memory-optimized"))
        {
            yield return "MEMORY_OPTIMIZED = ON";
            yield return $"DURABILITY = {table.Facet(SqlServerFacets.Durability) ?? "SCHEMA_AND_DATA"}";
        }

        if (Has(table, "ledger"))
        {
            var history = table.Facet(SqlServerFacets.HistoryTable) is { } named ? $" (HISTORY_TABLE = {named})" : "";
            string[] inner =
            [
                .. table.Facet(SqlServerFacets.LedgerView) is { } view ? [$"LEDGER_VIEW = {view}"] : Array.Empty<string>(),
                .. Has(table, "append-only") ? ["APPEND_ONLY = ON"] : Array.Empty<string>(),
            ];
            if (Has(table, "updatable"))
            {
                yield return $"SYSTEM_VERSIONING = ON{history}";
            }

            yield return $"LEDGER = ON{(inner.Length > 0 ? $" ({string.Join(", ", inner)})" : "")}";
        }

        foreach (var option in Compressing.Options(table))
        {
            yield return option;
        }
    }

    private static string Escalation(DbObject table, string how) => $"ALTER TABLE {SqlServerAddress.Of(table)} SET (LOCK_ESCALATION = {how})";

    /// <summary>What only a procedure can set, where it differs from before or from what tables have at first.</summary>
    private static IEnumerable<string> Options(DbObject table, DbObject? before)
    {
        if (table.Facet(SqlServerFacets.TextInRow) is var limit && limit != before?.Facet(SqlServerFacets.TextInRow))
        {
            yield return $"EXEC sys.sp_tableoption @TableNamePattern = {SqlServerName.Text(SqlServerAddress.Of(table))}, @OptionName = 'text in row', @OptionValue = {SqlServerName.PlainText(limit ?? "OFF")}";
        }

        if (table.Facet(SqlServerFacets.LargeValuesOutOfRow) is var outside && outside != before?.Facet(SqlServerFacets.LargeValuesOutOfRow))
        {
            yield return $"EXEC sys.sp_tableoption @TableNamePattern = {SqlServerName.Text(SqlServerAddress.Of(table))}, @OptionName = 'large value types out of row', @OptionValue = '{(outside is null ? "OFF" : "ON")}'";
        }
    }

    /// <summary>A table becomes a history table, and ceases to be one, by the versioning of the other.</summary>
    private static string? WithoutHistory(DbObject table) => table.Facet(DbFacets.TableKind) is "history" ? null : table.Facet(DbFacets.TableKind)?.Replace(", history", "", StringComparison.Ordinal);

    /// <summary>Rows move with the clustered index that comes or goes, and the table says where only while it has none.</summary>
    private static bool HeapIsGone(DbObject from, DbObject to) => from.Facet(SqlServerFacets.DataSpace) is null || to.Facet(SqlServerFacets.DataSpace) is null;
}
