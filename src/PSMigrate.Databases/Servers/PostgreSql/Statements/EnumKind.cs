using PSMigrate.Databases.Servers.Structure;
using static PSMigrate.Databases.Servers.PostgreSql.PostgreSqlName;

namespace PSMigrate.Databases.Servers.PostgreSql.Statements;

/// <summary>Enumerations. Values can be added and renamed, not taken away or put into another order.</summary>
internal sealed class EnumKind : ObjectKind
{
    public static readonly EnumKind Instance = new();

    public override IEnumerable<string> Create(DbObject one, DbStructure of) => [$"CREATE TYPE {Of(one)} AS ENUM ({string.Join(", ", Values(one))})"];

    public override bool Alter(ObjectChange change)
    {
        var (from, to) = (change.From, change.To);
        change.Rename("TYPE");
        if (!change.Takes("values"))
        {
            return true;
        }

        var (before, after) = (Values(from), Values(to));
        if (before.Length == after.Length && before.Except(after).Count() == 1 && after.Zip(before).All(v => v.First == v.Second || !before.Contains(v.First)))
        {
            // One value in the same place is called otherwise.
            change.Add($"ALTER TYPE {Of(to)} RENAME VALUE {before.Except(after).Single()} TO {after.Except(before).Single()}");
            return true;
        }

        if (!after.Where(before.Contains).SequenceEqual(before))
        {
            change.Add(Anew(to, after));
            // The new type has nothing of what was told of the former, or given to it.
            foreach (var statement in Settings.AfterCreate(to, new DbStructure([])))
            {
                change.Add(statement);
            }

            change.Leave(DbFacets.Comment, DbFacets.Owner, DbFacets.Permissions);
            return true;
        }

        for (var i = 0; i < after.Length; i++)
        {
            if (!before.Contains(after[i]))
            {
                var place = i > 0 ? $" AFTER {after[i - 1]}" : before.Length > 0 ? $" BEFORE {before[0]}" : "";
                change.Add($"ALTER TYPE {Of(to)} ADD VALUE {after[i]}{place}");
            }
        }

        return true;
    }

    /// <summary>
    /// Values cannot be taken away: another type is made, and every column of the former becomes one of it. A value that is gone and in
    /// use is an error of the server's.
    /// </summary>
    private static string Anew(DbObject to, string[] values)
    {
        var former = Of(to.Schema, "psmigrate_former");
        return $"""
            DO $psmigrate$
            DECLARE c record;
            BEGIN
                ALTER TYPE {Of(to)} RENAME TO "psmigrate_former";
                CREATE TYPE {Of(to)} AS ENUM ({string.Join(", ", values)});
                FOR c IN
                    SELECT a.attrelid::pg_catalog.regclass AS owner, pg_catalog.quote_ident(a.attname) AS name, t.typelem <> 0 AS many, pg_catalog.pg_get_expr(d.adbin, d.adrelid) AS former_default
                    FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class r ON r.oid = a.attrelid AND r.relkind IN ('r', 'p', 'f')
                    JOIN pg_catalog.pg_type t ON t.oid = a.atttypid LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
                    WHERE NOT a.attisdropped AND a.attinhcount = 0 AND {Literal(former)}::pg_catalog.regtype IN (t.oid, t.typelem)
                LOOP
                    EXECUTE pg_catalog.format('ALTER TABLE %s ALTER COLUMN %s DROP DEFAULT', c.owner, c.name);
                    EXECUTE pg_catalog.format('ALTER TABLE %s ALTER COLUMN %s TYPE %s USING %s::text%s::%s', c.owner, c.name,
                        {Literal(Of(to))} || CASE WHEN c.many THEN '[]' ELSE '' END, c.name, CASE WHEN c.many THEN '[]' ELSE '' END, {Literal(Of(to))} || CASE WHEN c.many THEN '[]' ELSE '' END);
                    IF c.former_default IS NOT NULL THEN
                        EXECUTE pg_catalog.format('ALTER TABLE %s ALTER COLUMN %s SET DEFAULT %s', c.owner, c.name, pg_catalog.replace(c.former_default, 'psmigrate_former', {Literal(Quote(to.Name))}));
                    END IF;
                END LOOP;
                DROP TYPE {former};
            END
            $psmigrate$
            """;
    }

    private static string[] Values(DbObject one) => one.Facet("values") is { Length: > 0 } values ? values.Split('\n') : [];
}
