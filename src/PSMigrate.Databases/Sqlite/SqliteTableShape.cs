using PSMigrate.Databases.Sql;
using PSMigrate.Targets;
using SQLitePCL;

namespace PSMigrate.Databases.Sqlite;

/// <summary>One column, as SQLite reports it.</summary>
/// <param name="Hidden">0 ordinary, 1 hidden column of a virtual table, 2 virtual generated, 3 stored generated.</param>
internal sealed record SqliteColumn(string Name, string Type, bool NotNull, string? Default, int PrimaryKey, int Hidden, string Collation)
{
    public bool IsGenerated => Hidden is 2 or 3;

    public override string ToString() =>
        string.Join(' ', new[]
        {
            Name, Type, NotNull ? "NOT NULL" : "", Default is null ? "" : $"DEFAULT {Default}", PrimaryKey > 0 ? "PRIMARY KEY" : "",
            IsGenerated ? "GENERATED" : "", Collation is "BINARY" or "" ? "" : $"COLLATE {Collation}",
        }.Where(part => part.Length > 0));
}

/// <summary>A table's columns, keys and flags.</summary>
internal sealed record SqliteTableShape(string Name, bool WithoutRowId, bool Strict, bool IsVirtual, IReadOnlyList<SqliteColumn> Columns)
{
    /// <summary>Columns that hold values of their own.</summary>
    public IReadOnlyList<SqliteColumn> Stored => [.. Columns.Where(c => c.Hidden == 0)];

    /// <summary>Columns that * stands for.</summary>
    public IReadOnlyList<SqliteColumn> Visible => [.. Columns.Where(c => c.Hidden != 1)];

    /// <summary>The key that was declared and tells every row apart; none where rows only have their row id.</summary>
    public IReadOnlyList<string> DeclaredKey => WithoutRowId || HasRowIdColumn ? KeyColumns : [];

    /// <summary>The name under which a row's id can be read, or null where the table has none or all three names are taken.</summary>
    public string? RowId => WithoutRowId
        ? null
        : new[] { "rowid", "_rowid_", "oid" }.FirstOrDefault(name => !Columns.Any(c => c.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
            ?? (HasRowIdColumn ? KeyColumns[0] : null);

    /// <summary>True when a column is the row id under another name.</summary>
    public bool HasRowIdColumn { get; init; }

    public IReadOnlyList<string> KeyColumns => [.. Columns.Where(c => c.PrimaryKey > 0).OrderBy(c => c.PrimaryKey).Select(c => c.Name)];

    /// <summary>What a column makes of values (sqlite.org/datatype3.html); empty where it leaves them as they are.</summary>
    public string AffinityOf(SqliteColumn column)
    {
        var type = column.Type.ToUpperInvariant();
        return type.Contains("INT", StringComparison.Ordinal) ? "INTEGER"
            : new[] { "CHAR", "CLOB", "TEXT" }.Any(type.Contains) ? "TEXT"
            : type.Length == 0 || type.Contains("BLOB", StringComparison.Ordinal) || (Strict && type == "ANY") ? ""
            : new[] { "REAL", "FLOA", "DOUB" }.Any(type.Contains) ? "REAL"
            : "NUMERIC";
    }

    public static bool Exists(SqliteSession session, string table) =>
        session.Long("SELECT count(*) FROM main.sqlite_schema WHERE type = 'table' AND name = ?1 COLLATE NOCASE", table) > 0;

    public static SqliteTableShape Read(SqliteSession session, string table) => Read(session, table,
        session.Text("SELECT sql FROM main.sqlite_schema WHERE type = 'table' AND name = ?1 COLLATE NOCASE", table) ?? "");

    /// <summary>The same where the definition is known, which spares looking for it.</summary>
    public static SqliteTableShape Read(SqliteSession session, SqliteObject table) => Read(session, table.Name, table.Sql);

    private static SqliteTableShape Read(SqliteSession session, string table, string sql)
    {
        var (isVirtual, withoutRowId, strict) = Flags(sql);
        var columns = session.List(
            "SELECT name, type, \"notnull\", dflt_value, pk, hidden FROM pragma_table_xinfo(?1)",
            row => new SqliteColumn(row.RequiredText(0), row.RequiredText(1), row.Long(2) != 0, row.Text(3), (int)row.Long(4), (int)row.Long(5),
                isVirtual ? "" : Collation(session, table, row.RequiredText(0))), table);
        var keys = columns.Where(c => c.PrimaryKey > 0).ToList();
        return new SqliteTableShape(table, withoutRowId, strict, isVirtual, columns)
        {
            // INTEGER PRIMARY KEY DESC is not the row id; an index of its own gives it away.
            HasRowIdColumn = !withoutRowId && keys is [{ } key] && key.Type.Equals("INTEGER", StringComparison.OrdinalIgnoreCase)
                && session.Long("SELECT count(*) FROM pragma_index_list(?1) WHERE origin = 'pk'", table) == 0,
        };
    }

    /// <summary>The parts of the table for a snapshot: columns, foreign keys and flags.</summary>
    public IReadOnlyList<StructurePart> Parts(SqliteSession session)
    {
        var parts = Columns.Where(c => c.Hidden != 1).Select(c => new StructurePart("column", c.Name, c.ToString())).ToList();
        if (KeyColumns.Count > 0)
        {
            parts.Add(new StructurePart("primary key", "", string.Join(", ", KeyColumns)));
        }

        parts.AddRange(session.List(
            "SELECT \"table\", group_concat(\"from\", ', '), group_concat(coalesce(\"to\", ''), ', '), on_update, on_delete, id FROM pragma_foreign_key_list(?1) GROUP BY id ORDER BY id",
            row => new StructurePart("foreign key", row.RequiredText(1),
                $"references {row.Text(0)} ({row.Text(2)}) on update {row.Text(3)} on delete {row.Text(4)}"), Name));
        parts.AddRange(session.List(
            "SELECT il.name, group_concat(ii.name, ', ') FROM pragma_index_list(?1) il, pragma_index_info(il.name) ii WHERE il.origin = 'u' GROUP BY il.name ORDER BY il.seq",
            row => new StructurePart("unique", row.RequiredText(1), ""), Name));
        if (WithoutRowId)
        {
            parts.Add(new StructurePart("flag", "WITHOUT ROWID", ""));
        }

        if (Strict)
        {
            parts.Add(new StructurePart("flag", "STRICT", ""));
        }

        return parts;
    }

    /// <summary>What stands after the last parenthesis outside of comments. (PRAGMA table_list would tell, but looks at every table to tell of one.)</summary>
    private static (bool IsVirtual, bool WithoutRowId, bool Strict) Flags(string sql)
    {
        if (sql.StartsWith("CREATE VIRTUAL", StringComparison.OrdinalIgnoreCase))
        {
            return (true, false, false);
        }

        if (sql.Contains("--", StringComparison.Ordinal) || sql.Contains("/*", StringComparison.Ordinal))
        {
            sql = SqlNormalizer.Normalize(sql, SqlDialect.Sqlite);
        }

        var options = SqlNormalizer.Normalize(sql[(sql.LastIndexOf(')') + 1)..], SqlDialect.Sqlite);
        return (false, options.Contains("WITHOUT", StringComparison.OrdinalIgnoreCase), options.Contains("STRICT", StringComparison.OrdinalIgnoreCase));
    }

    private static string Collation(SqliteSession session, string table, string column)
    {
        var code = raw.sqlite3_table_column_metadata(session.Handle, "main", table, column, out _, out var collation, out _, out _, out _);
        return code == raw.SQLITE_OK ? collation ?? "" : "";
    }
}
