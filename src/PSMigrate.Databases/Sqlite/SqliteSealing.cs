using PSMigrate.Engine;
using SQLitePCL;

namespace PSMigrate.Databases.Sqlite;

/// <summary>
/// What is noted when a script, or a part of it that stands by itself, has ended: what each capture holds, so that one that was
/// altered can be told, and a hash of every row as the script left it, so that undo can tell what others changed since.
/// </summary>
internal sealed class SqliteSealing(SqliteSession session, SqliteSchema schema, SqliteRowCaptures captures, IMigrationObserver observer)
{
    /// <summary>The hashes of so few rows are kept in the undo record; a table for them would cost more.</summary>
    private const int Few = 50;

    public void Seal(List<SqliteOp> ops, IReadOnlyDictionary<string, SqliteObject?> before, CancellationToken cancel)
    {
        var lineage = new SqliteLineage(ops);
        for (var i = ops.Count - 1; i >= 0; i--)
        {
            cancel.ThrowIfCancellationRequested();
            switch (ops[i])
            {
                case SqliteOp.Capturing capturing:
                    if (capturing.Sum is null)
                    {
                        var (rows, sum) = SqliteCapture.Seal(session, capturing.Capture, observer, cancel);
                        capturing = capturing with { Rows = rows, Sum = sum };
                    }

                    if (capturing is SqliteOp.ChangedRows { Rows: 0 })
                    {
                        // A capture into which nothing went says that no row was changed.
                        session.Execute($"DROP TABLE main.{SqliteName.Quote(capturing.Capture)}");
                        ops.RemoveAt(i);
                        break;
                    }

                    ops[i] = Hash(capturing, lineage.NameInTheEnd(i, capturing.Table));
                    break;
                case SqliteOp.Created { Kind: "table" } created when lineage.NameInTheEnd(i, created.Name) is { } name
                    && schema.FindTable(name) is { IsVirtualTable: false } made:
                    ops[i] = Left(created, made, ops, before, cancel);
                    break;
            }
        }
    }

    private SqliteOp.Capturing Hash(SqliteOp.Capturing capturing, string? nameInTheEnd)
    {
        if (capturing is SqliteOp.DroppedTable || nameInTheEnd is null || schema.FindTable(nameInTheEnd) is not { } table)
        {
            return capturing with { Left = null };
        }

        var shape = SqliteTableShape.Read(session, table);
        if (capturing is SqliteOp.DroppedColumn && !HasLooseKeys(shape))
        {
            return capturing;
        }

        var columns = shape.Stored.Select(c => c.Name).ToList();
        session.Execute(
            $"UPDATE main.{SqliteName.Quote(capturing.Capture)} AS s SET h = coalesce((SELECT {SqliteRowHash.Of(columns.Select(c => "t." + SqliteName.Quote(c)))} FROM main.{SqliteName.Quote(table.Name)} t WHERE {new SqliteRowKey(shape).Match("s", "t")}), {SqliteRowHash.Nothing})");
        return capturing with { Left = columns };
    }

    /// <summary>True where VACUUM gives the rows other ids, so that nothing tells a row but what is in it (sqlite.org/lang_vacuum.html).</summary>
    private bool HasLooseKeys(SqliteTableShape shape) => new SqliteRowKey(shape).IsHidden
        && session.Long("SELECT count(*) FROM pragma_index_list(?1) WHERE origin <> 'c'", shape.Name) == 0;

    private SqliteOp.Created Left(SqliteOp.Created created, SqliteObject made, List<SqliteOp> ops, IReadOnlyDictionary<string, SqliteObject?> before, CancellationToken cancel)
    {
        if (created.Left?.Capture is { } former)
        {
            session.Execute($"DROP TABLE IF EXISTS main.{SqliteName.Quote(former)}");
        }

        created = created with { NameInTheEnd = made.Name, Left = null };
        var takesAPlace = before.GetValueOrDefault(made.Name) is { Kind: "table", IsVirtualTable: false };
        if (session.Long($"SELECT EXISTS (SELECT 1 FROM main.{SqliteName.Quote(made.Name)})") == 0)
        {
            return takesAPlace ? created with { HasFormerKeys = HasFormerKeys(made, ops) } : created;
        }

        var left = FewRows(made) ?? ManyRows(made, cancel);
        return created with { Left = left, HasFormerKeys = takesAPlace && HasFormerKeys(made, ops) };
    }

    /// <summary>The hashes themselves where there are few rows with row ids; that takes one query and no look at the table's definition.</summary>
    private SqliteLeftRows? FewRows(SqliteObject made)
    {
        SqliteQuery query;
        try
        {
            query = session.Prepare($"SELECT rowid, * FROM main.{SqliteName.Quote(made.Name)} LIMIT {Few + 1}");
        }
        catch (MigrationException e) when (e.ErrorId == "SqlFailed")
        {
            // A table without row ids.
            return null;
        }

        using (query)
        {
            var columns = Enumerable.Range(1, query.ColumnCount - 1).Select(query.ColumnName).ToList();
            if (columns.Contains("rowid", StringComparer.OrdinalIgnoreCase))
            {
                return null;
            }

            var hash = new SqliteRowHash();
            var rows = new Dictionary<long, string>();
            while (query.Read())
            {
                rows.Add(query.Long(0), SqliteRowHash.Text(hash.Of(query.Statement, 1, query.ColumnCount)));
            }

            return rows.Count <= Few ? new SqliteLeftRows(columns) { Few = rows } : null;
        }
    }

    private SqliteLeftRows ManyRows(SqliteObject made, CancellationToken cancel)
    {
        var shape = SqliteTableShape.Read(session, made);
        var columns = shape.Visible.Select(c => c.Name).ToList();
        var key = new SqliteRowKey(shape);
        if (!key.IsPossible)
        {
            var (count, of) = SqliteRowHash.SumOf(session, made.Name, $"SELECT {string.Join(", ", columns.Select(SqliteName.Quote))} FROM main.{SqliteName.Quote(made.Name)}", observer, cancel);
            return new SqliteLeftRows(columns) { Rows = count, Sum = of };
        }

        var name = captures.NextName();
        session.Execute($"CREATE TABLE main.{SqliteName.Quote(name)} {key.Definition(", h BLOB NOT NULL")}");
        session.Execute($"INSERT INTO main.{SqliteName.Quote(name)} ({key.Names}, h) SELECT {key.Of("t")}, {SqliteRowHash.Of(columns.Select(c => "t." + SqliteName.Quote(c)))} FROM main.{SqliteName.Quote(made.Name)} t");
        var (rows, sum) = SqliteCapture.Seal(session, name, observer, cancel);
        return new SqliteLeftRows(columns) { Capture = name, Rows = rows, Sum = sum };
    }

    /// <summary>
    /// Whether a key means the same row in a new table as in the one whose place it takes. A key that was declared does, under the
    /// same name; row ids do only where they were carried over, which the rows themselves tell.
    /// </summary>
    private bool HasFormerKeys(SqliteObject made, List<SqliteOp> ops)
    {
        var shape = SqliteTableShape.Read(session, made);
        var key = new SqliteRowKey(shape);
        var dropped = ops.OfType<SqliteOp.DroppedTable>().LastOrDefault(d => d.Table.Equals(made.Name, StringComparison.OrdinalIgnoreCase));
        if (dropped is null || !key.IsPossible)
        {
            return false;
        }

        if (!dropped.Key.SequenceEqual(shape.DeclaredKey, StringComparer.OrdinalIgnoreCase))
        {
            return false;
        }

        if (!key.IsHidden)
        {
            return true;
        }

        var common = dropped.Kept.Select((name, i) => (Name: name, At: i))
            .Where(k => shape.Columns.Any(c => c.Name.Equals(k.Name, StringComparison.OrdinalIgnoreCase))).ToList();
        var table = $"main.{SqliteName.Quote(made.Name)} t";
        return common.Count > 0 && session.Long($"SELECT EXISTS (SELECT 1 FROM {table})") == 1 && session.Long(
            $"SELECT EXISTS (SELECT 1 FROM {table} LEFT JOIN main.{SqliteName.Quote(dropped.Capture)} s ON {key.Match("s", "t")} WHERE s.k0 IS NULL OR {SqliteRowHash.Of(common.Select(c => "t." + SqliteName.Quote(c.Name)))} <> {SqliteRowHash.Of(common.Select(c => $"s.c{c.At}"))})") == 0;
    }
}
