using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Sqlite;

/// <summary>Describes the tables of a SQLite database with their columns, keys and indexes as those of servers are described.</summary>
internal static class SqliteStructure
{
    /// <summary>The name of a row's own number where the table declares no key.</summary>
    public const string RowIdNote = "row id";

    public static DbStructure Read(SqliteSession session)
    {
        var objects = new List<DbObject>();
        var notCovered = new List<string>();
        foreach (var table in SqliteSchema.Read(session).Objects.Where(o => o.Kind == "table"))
        {
            if (table.IsVirtualTable)
            {
                notCovered.Add($"virtual table {table.Name}");
                continue;
            }

            Add(objects, session, SqliteTableShape.Read(session, table));
        }

        return new DbStructure(objects, notCovered);
    }

    private static void Add(List<DbObject> objects, SqliteSession session, SqliteTableShape shape)
    {
        var table = new DbObject { Kind = DbKinds.Table, Name = shape.Name };
        if (!shape.WithoutRowId && shape.RowId is { } rowId)
        {
            table.Notes[RowIdNote] = rowId;
        }

        objects.Add(table);
        var position = 0;
        foreach (var column in shape.Visible)
        {
            var one = new DbObject { Kind = DbKinds.Column, Name = column.Name, Parent = table.Key, Position = ++position };
            one.Facets[DbFacets.Type] = column.Type;
            if (column.NotNull || (column.PrimaryKey > 0 && (shape.WithoutRowId || shape.HasRowIdColumn)))
            {
                one.Facets[DbFacets.Nullable] = "no";
            }

            if (column.Default is { } value)
            {
                one.Facets[DbFacets.Default] = value;
            }

            if (column.IsGenerated)
            {
                one.Facets[DbFacets.Generated] = "yes";
            }

            if (column.PrimaryKey > 0 && shape.HasRowIdColumn)
            {
                one.Facets[DbFacets.Identity] = "INTEGER PRIMARY KEY";
            }

            if (column.Collation is not ("" or "BINARY"))
            {
                one.Facets["collation"] = column.Collation;
            }

            objects.Add(one);
        }

        if (shape.KeyColumns.Count > 0)
        {
            objects.Add(new DbObject { Kind = DbKinds.PrimaryKey, Name = "primary key", Parent = table.Key, Columns = shape.KeyColumns });
        }

        AddIndexes(objects, session, table);
        AddForeignKeys(objects, session, table);
    }

    private static void AddIndexes(List<DbObject> objects, SqliteSession session, DbObject table)
    {
        var number = 0;
        foreach (var (name, isUnique, origin, isPartial) in session.List(
            "SELECT name, \"unique\", origin, partial FROM pragma_index_list(?1) WHERE origin <> 'pk' ORDER BY seq DESC",
            row => (row.RequiredText(0), row.Long(1) != 0, row.RequiredText(2), row.Long(3) != 0), table.Name))
        {
            var columns = session.List("SELECT name, \"desc\" FROM pragma_index_xinfo(?1) WHERE key = 1 ORDER BY seqno", row => (Name: row.Text(0) ?? "", IsDescending: row.Long(1) != 0), name);
            var one = new DbObject
            {
                Kind = origin == "u" ? DbKinds.UniqueKey : DbKinds.Index,
                Name = origin == "u" ? $"{table.Name}_unique_{++number}" : name,
                Parent = table.Key,
                Columns = [.. columns.Select(c => c.Name)],
            };
            if (isUnique && origin != "u")
            {
                one.Facets[DbFacets.Unique] = "yes";
            }

            if (isPartial)
            {
                one.Facets[DbFacets.Filter] = "yes";
            }

            if (columns.Exists(c => c.IsDescending))
            {
                one.Facets["descending"] = string.Join(", ", columns.Where(c => c.IsDescending).Select(c => c.Name));
            }

            objects.Add(one);
        }
    }

    private static void AddForeignKeys(List<DbObject> objects, SqliteSession session, DbObject table)
    {
        var rows = session.List(
            "SELECT id, \"table\", \"from\", \"to\", on_update, on_delete FROM pragma_foreign_key_list(?1) ORDER BY id DESC, seq",
            row => (Id: row.Long(0), Table: row.RequiredText(1), From: row.RequiredText(2), To: row.Text(3), OnUpdate: row.RequiredText(4), OnDelete: row.RequiredText(5)), table.Name);
        var number = 0;
        foreach (var key in rows.GroupBy(r => r.Id))
        {
            var first = key.First();
            // Names compare without case, and what is referred to may be left out where it is the primary key.
            var referred = session.Text("SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name = ?1 COLLATE NOCASE", first.Table) ?? first.Table;
            IReadOnlyList<string> columns = first.To is null ? SqliteTableShape.Read(session, referred).KeyColumns : [.. key.Select(r => r.To!)];
            var one = new DbObject
            {
                Kind = DbKinds.ForeignKey,
                Name = $"{table.Name}_{++number}",
                Parent = table.Key,
                Columns = [.. key.Select(r => r.From)],
                RefersTo = DbObject.KeyOf(DbKinds.Table, null, "", referred),
                ReferredColumns = columns,
            };
            one.Facets["on delete"] = first.OnDelete;
            one.Facets["on update"] = first.OnUpdate;
            objects.Add(one);
        }
    }
}
