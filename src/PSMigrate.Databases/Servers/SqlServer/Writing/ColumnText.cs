using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.SqlServer.Writing;

/// <summary>Writes columns. The columns of a period are ordinary ones here: the period makes them what they are.</summary>
internal static class ColumnText
{
    public static IReadOnlyList<string> Create(DbObject column) =>
        [$"ALTER TABLE {SqlServerAddress.TableOf(column)} ADD {Definition(column)}", .. AfterCreate(column)];

    /// <summary>What is said of a column only when it is there.</summary>
    public static IEnumerable<string> AfterCreate(DbObject column) => Bind(column).Concat(ExtrasText.Create(column, withOwner: false));

    public static IReadOnlyList<string> Drop(DbObject column) =>
        [.. Unbind(column), .. DropDefault(column), $"ALTER TABLE {SqlServerAddress.TableOf(column)} DROP COLUMN {SqlServerName.Quote(column.Name)}"];

    /// <summary>A column as CREATE TABLE and ADD have it.</summary>
    /// <param name="generated">For ledger tables, whose system columns must be made with them.</param>
    public static string Definition(DbObject column, bool generated = false) => Write(column, column.Facet(SqlServerFacets.DefaultName), generated);

    /// <summary>A column of a table type, where constraints have no names.</summary>
    public static string Unnamed(DbObject column) => Write(column, null, generated: false);

    /// <summary>Null where the column must go and come again: identity, expression, encryption, rowversion cannot be changed.</summary>
    public static IReadOnlyList<string>? Alter(DbObject from, DbObject to)
    {
        var changes = new FacetChanges(from, to);
        var isComputed = to.Facet(DbFacets.Generated) is not null;
        var retyped = changes.Has(DbFacets.Type, SqlServerFacets.Collation, DbFacets.Nullable);
        if (changes.Has(DbFacets.Identity, DbFacets.Generated, SqlServerFacets.ColumnSet, SqlServerFacets.Encrypted, SqlServerFacets.FileStream)
            || (changes.Has(DbFacets.WrittenByEngine) && (from.Facet(DbFacets.WrittenByEngine) ?? to.Facet(DbFacets.WrittenByEngine)) == "rowversion")
            || (retyped && isComputed && changes.Has(DbFacets.Nullable) && !changes.Has(SqlServerFacets.Persisted)))
        {
            return null;
        }

        var statements = new List<string>();
        if (changes.Renamed)
        {
            statements.Add(Renaming.Of($"{SqlServerAddress.TableOf(to)}.{SqlServerName.Quote(from.Name)}", to.Name, "COLUMN"));
        }

        var mustRebind = retyped && !isComputed;
        var redefault = changes.Has(DbFacets.Default, SqlServerFacets.DefaultName) || (mustRebind && from.Facet(DbFacets.Default) is not null);
        if (redefault)
        {
            statements.AddRange(DropDefault(@from with { Parent = to.Parent, Schema = to.Schema }));
        }

        var rebind = changes.Has(SqlServerFacets.BoundDefault, SqlServerFacets.BoundRule) || mustRebind;
        if (rebind)
        {
            statements.AddRange(Unbind(to with { Facets = from.Facets }));
        }

        if (retyped && !isComputed)
        {
            statements.Add(Change(to, $"{to.Facet(DbFacets.Type)}{Collate(to)}{(to.Facet(SqlServerFacets.Sparse) is null ? "" : " SPARSE")}{Null(to)}"));
        }
        else if (changes.Has(SqlServerFacets.Sparse))
        {
            statements.Add(AddOrDrop(to, SqlServerFacets.Sparse, "SPARSE"));
        }

        Toggle(changes, statements, SqlServerFacets.Persisted, "PERSISTED");
        Toggle(changes, statements, SqlServerFacets.RowGuid, "ROWGUIDCOL");
        Toggle(changes, statements, SqlServerFacets.NotForReplication, "NOT FOR REPLICATION");
        if (changes.Has(SqlServerFacets.Masked) || (retyped && to.Facet(SqlServerFacets.Masked) is not null))
        {
            statements.Add(to.Facet(SqlServerFacets.Masked) is { } mask ? Change(to, $"ADD MASKED WITH (FUNCTION = {SqlServerName.PlainText(mask)})") : Change(to, "DROP MASKED"));
        }

        // What a period does to its columns it does itself; of a column that stays in one, only being hidden can change.
        if (changes.Has(SqlServerFacets.Hidden) && !changes.Has(DbFacets.WrittenByEngine))
        {
            statements.Add(AddOrDrop(to, SqlServerFacets.Hidden, "HIDDEN"));
        }

        if (redefault && to.Facet(DbFacets.Default) is { } value)
        {
            statements.Add($"ALTER TABLE {SqlServerAddress.TableOf(to)} ADD {Constraint(to.Facet(SqlServerFacets.DefaultName))}DEFAULT {value} FOR {SqlServerName.Quote(to.Name)}");
        }

        if (rebind)
        {
            statements.AddRange(Bind(to));
        }

        statements.AddRange(ExtrasText.Alter(from, to));
        return statements;
    }

    private static string Write(DbObject column, string? defaultName, bool generated)
    {
        var name = SqlServerName.Quote(column.Name);
        if (column.Facet(DbFacets.Generated) is { } expression)
        {
            var persisted = column.Facet(SqlServerFacets.Persisted) is null ? "" : column.Facet(DbFacets.Nullable) == SqlServerFacets.No ? " PERSISTED NOT NULL" : " PERSISTED";
            return $"{name} AS {expression}{persisted}";
        }

        if (column.Facet(SqlServerFacets.ColumnSet) is not null)
        {
            return $"{name} {column.Facet(DbFacets.Type)} COLUMN_SET FOR ALL_SPARSE_COLUMNS";
        }

        var byEngine = generated && column.Facet(DbFacets.WrittenByEngine) is { } what and not "rowversion" ? $" GENERATED ALWAYS AS {what}{(column.Facet(SqlServerFacets.Hidden) is null ? "" : " HIDDEN")}" : "";
        return name + " " + column.Facet(DbFacets.Type)
            + (column.Facet(SqlServerFacets.FileStream) is null ? "" : " FILESTREAM")
            + Collate(column)
            + (column.Facet(SqlServerFacets.Sparse) is null ? "" : " SPARSE")
            + (column.Facet(SqlServerFacets.Masked) is { } mask ? $" MASKED WITH (FUNCTION = {SqlServerName.PlainText(mask)})" : "")
            + (column.Facet(SqlServerFacets.Encrypted) is { } encrypted ? $" ENCRYPTED WITH ({encrypted})" : "")
            + (column.Facet(DbFacets.Identity) is { } identity ? $" {identity}" : "")
            + (column.Facet(SqlServerFacets.NotForReplication) is null ? "" : " NOT FOR REPLICATION")
            + byEngine
            + (column.Facet(SqlServerFacets.RowGuid) is null ? "" : " ROWGUIDCOL")
            + Null(column)
            + (column.Facet(DbFacets.Default) is { } value ? $" {Constraint(defaultName)}DEFAULT {value}" : "");
    }

    private static string Collate(DbObject column) => column.Facet(SqlServerFacets.Collation) is { } collation ? $" COLLATE {collation}" : "";

    /// <summary>Said always: what is left out follows a setting of the session.</summary>
    private static string Null(DbObject column) => column.Facet(DbFacets.Nullable) == SqlServerFacets.No ? " NOT NULL" : " NULL";

    private static string Constraint(string? name) => name is null ? "" : $"CONSTRAINT {SqlServerName.Quote(name)} ";

    private static IEnumerable<string> DropDefault(DbObject column) => column.Facet(SqlServerFacets.DefaultName) is { } name
        ? [$"ALTER TABLE {SqlServerAddress.TableOf(column)} DROP CONSTRAINT {SqlServerName.Quote(name)}"]
        : [];

    private static string Change(DbObject column, string how) => $"ALTER TABLE {SqlServerAddress.TableOf(column)} ALTER COLUMN {SqlServerName.Quote(column.Name)} {how}";

    private static string AddOrDrop(DbObject column, string facet, string word) => Change(column, $"{(column.Facet(facet) is null ? "DROP" : "ADD")} {word}");

    private static void Toggle(FacetChanges changes, List<string> statements, string facet, string word)
    {
        if (changes.Has(facet))
        {
            statements.Add(AddOrDrop(changes.To, facet, word));
        }
    }

    private static IEnumerable<string> Bind(DbObject column)
    {
        var place = SqlServerName.Text($"{SqlServerAddress.TableOf(column)}.{SqlServerName.Quote(column.Name)}");
        if (column.Facet(SqlServerFacets.BoundDefault) is { } value)
        {
            yield return $"EXEC sys.sp_bindefault @defname = {SqlServerName.Text(value)}, @objname = {place}";
        }

        if (column.Facet(SqlServerFacets.BoundRule) is { } rule)
        {
            yield return $"EXEC sys.sp_bindrule @rulename = {SqlServerName.Text(rule)}, @objname = {place}";
        }
    }

    private static IEnumerable<string> Unbind(DbObject column)
    {
        var place = SqlServerName.Text($"{SqlServerAddress.TableOf(column)}.{SqlServerName.Quote(column.Name)}");
        if (column.Facet(SqlServerFacets.BoundDefault) is not null)
        {
            yield return $"EXEC sys.sp_unbindefault @objname = {place}";
        }

        if (column.Facet(SqlServerFacets.BoundRule) is not null)
        {
            yield return $"EXEC sys.sp_unbindrule @objname = {place}";
        }
    }
}
