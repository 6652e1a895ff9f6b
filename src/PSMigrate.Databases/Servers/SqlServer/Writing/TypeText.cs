using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.SqlServer.Writing;

/// <summary>Writes types, XML schema collections, sequences and synonyms.</summary>
internal static class TypeText
{
    public static IReadOnlyList<string> Create(DbObject one)
    {
        var name = SqlServerAddress.Of(one);
        var statement = one.Kind switch
        {
            SqlServerKinds.Type => one.Facet(SqlServerFacets.External) is { } external
                ? $"CREATE TYPE {name} EXTERNAL NAME {external}"
                : $"CREATE TYPE {name} FROM {one.Facet(DbFacets.Type)}{(one.Facet(DbFacets.Nullable) == SqlServerFacets.No ? " NOT NULL" : " NULL")}",
            SqlServerKinds.TableType => $"CREATE TYPE {name} AS TABLE (\n{one.Facet(SqlServerFacets.Body)}\n){(one.Facet(SqlServerFacets.MemoryOptimized) is null ? "" : " WITH (MEMORY_OPTIMIZED = ON)")}",
            SqlServerKinds.XmlSchemaCollection => $"CREATE XML SCHEMA COLLECTION {name} AS {SqlServerName.Text(one.Facet(SqlServerFacets.Body) ?? "")}",
            SqlServerKinds.Synonym => $"CREATE SYNONYM {name} FOR {one.Facet(SqlServerFacets.For)}",
            _ => $"CREATE SEQUENCE {name} AS {one.Facet(DbFacets.Type)} START WITH {one.Facet(SqlServerFacets.Start)} {SequenceOptions(one)}",
        };
        return [statement, .. Bind(one), .. ExtrasText.Create(one, withOwner: true)];
    }

    public static IReadOnlyList<string> Drop(DbObject one) => one.Kind is SqlServerKinds.TableType
        ? [$"DROP TYPE {SqlServerAddress.Of(one)}"]
        : [$"DROP {one.Kind.ToUpperInvariant()} {SqlServerAddress.Of(one)}"];

    public static IReadOnlyList<string>? Alter(DbObject from, DbObject to)
    {
        var changes = new FacetChanges(from, to);
        var isSequence = to.Kind == DbKinds.Sequence;
        string[] allowed = isSequence
            ? [SqlServerFacets.Start, SqlServerFacets.Increment, SqlServerFacets.Minimum, SqlServerFacets.Maximum, SqlServerFacets.Cycle, SqlServerFacets.Cache]
            : [];
        if (!changes.Only(allowed) || (changes.Renamed && to.Kind is SqlServerKinds.Synonym or SqlServerKinds.XmlSchemaCollection && changes.Renamed))
        {
            return null;
        }

        var statements = Renaming.Move(changes, to.Kind is SqlServerKinds.Type or SqlServerKinds.TableType ? "USERDATATYPE" : "OBJECT").ToList();
        if (changes.Any)
        {
            // Where a sequence starts is only told by starting it again.
            statements.Add($"ALTER SEQUENCE {SqlServerAddress.Of(to)} {(changes.Has(SqlServerFacets.Start) ? $"RESTART WITH {to.Facet(SqlServerFacets.Start)} " : "")}{SequenceOptions(to)}");
        }

        statements.AddRange(ExtrasText.Alter(from, to));
        return statements;
    }

    private static string SequenceOptions(DbObject sequence) =>
        $"INCREMENT BY {sequence.Facet(SqlServerFacets.Increment)} MINVALUE {sequence.Facet(SqlServerFacets.Minimum)} MAXVALUE {sequence.Facet(SqlServerFacets.Maximum)} "
        + (sequence.Facet(SqlServerFacets.Cycle) is null ? "NO CYCLE" : "CYCLE")
        + sequence.Facet(SqlServerFacets.Cache) switch { null => " CACHE", SqlServerFacets.No => " NO CACHE", var size => $" CACHE {size}" };

    private static IEnumerable<string> Bind(DbObject type)
    {
        var name = SqlServerName.Text(SqlServerAddress.Of(type));
        if (type.Facet(SqlServerFacets.BoundDefault) is { } value)
        {
            yield return $"EXEC sys.sp_bindefault @defname = {SqlServerName.Text(value)}, @objname = {name}";
        }

        if (type.Facet(SqlServerFacets.BoundRule) is { } rule)
        {
            yield return $"EXEC sys.sp_bindrule @rulename = {SqlServerName.Text(rule)}, @objname = {name}";
        }
    }
}
