using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.MySql;

/// <summary>Writes CREATE TABLE, and ALTER TABLE for what a table is besides its parts.</summary>
internal static class MySqlTableWriter
{
    public const string AddVersioning = "ADD SYSTEM VERSIONING";
    public const string DropVersioning = "DROP SYSTEM VERSIONING";

    public static IEnumerable<string> Create(DbObject table, DbStructure of)
    {
        var parts = of.PartsOf(table.Key);
        var columns = parts.Where(p => p.Kind == DbKinds.Column).ToList();
        var counts = parts.Any(p => p.Notes.ContainsKey(MySqlFacets.MadeWithTableNote) && p.Columns.Any(c => columns.Exists(o => o.Name == c && o.Facet(DbFacets.Identity) is not null)));
        var lines = columns.Select(c => MySqlColumnText.Definition(c, counts))
            .Concat(parts.Where(p => p.Notes.ContainsKey(MySqlFacets.MadeWithTableNote)).Select(MySqlKeyText.Definition))
            .Concat(Periods(table));
        var options = table.Facets.Keys.Where(IsOption).Select(facet => Option(table, facet))
            .Concat(table.Facet(MySqlFacets.Versioning) is { } versioning ? [versioning] : [])
            .Concat(table.Facet(MySqlFacets.Partitions) is { } partitions ? [partitions] : []);
        yield return $"CREATE TABLE {MySqlName.Quote(table.Name)} (\n  {string.Join(",\n  ", lines)}\n) {string.Join(" ", options)}";

        var withoutDefault = columns.Where(c => c.Facet(MySqlFacets.NoDefault) is not null).Select(c => DropDefault(c.Name)).ToList();
        if (withoutDefault.Count > 0)
        {
            yield return $"ALTER TABLE {MySqlName.Quote(table.Name)} {string.Join(", ", withoutDefault)}";
        }
    }

    public static string DropDefault(string column) => $"ALTER COLUMN {MySqlName.Quote(column)} DROP DEFAULT";

    public static IEnumerable<string>? Alter(DbObject from, DbObject to)
    {
        if (from.Facet(MySqlFacets.SystemPeriod) != to.Facet(MySqlFacets.SystemPeriod))
        {
            return null;
        }

        var table = MySqlName.Quote(to.Name);
        var statements = new List<string>();
        if (from.Name != to.Name)
        {
            statements.Add($"RENAME TABLE {MySqlName.Quote(from.Name)} TO {table}");
        }

        var clauses = Clauses(from, to).ToList();
        if (clauses.Count > 0)
        {
            statements.Add($"ALTER TABLE {table} {string.Join(", ", clauses)}");
        }

        if (from.Facet(MySqlFacets.Partitions) != to.Facet(MySqlFacets.Partitions))
        {
            statements.Add($"ALTER TABLE {table} {to.Facet(MySqlFacets.Partitions) ?? "REMOVE PARTITIONING"}");
        }

        return statements;
    }

    /// <summary>What ALTER TABLE says in one statement; partitions are said in one of their own.</summary>
    public static IEnumerable<string> Clauses(DbObject from, DbObject to)
    {
        foreach (var facet in from.Facets.Keys.Union(to.Facets.Keys).Where(IsOption).Where(f => from.Facet(f) != to.Facet(f)))
        {
            yield return to.Facet(facet) is null ? WithoutOption(facet) : Option(to, facet);
        }

        if (from.Facet(MySqlFacets.Period) != to.Facet(MySqlFacets.Period))
        {
            if (from.Facet(MySqlFacets.Period) is { } old)
            {
                yield return $"DROP PERIOD FOR {old[..old.IndexOf('(', StringComparison.Ordinal)].Trim()}";
            }

            if (to.Facet(MySqlFacets.Period) is { } period)
            {
                yield return $"ADD PERIOD FOR {period}";
            }
        }

        // A period of the system goes with its columns.
        if (from.Facet(MySqlFacets.SystemPeriod) is null && to.Facet(MySqlFacets.SystemPeriod) is { } system)
        {
            yield return $"ADD PERIOD FOR SYSTEM_TIME {system}";
        }

        if (from.Facet(MySqlFacets.Versioning) != to.Facet(MySqlFacets.Versioning))
        {
            yield return to.Facet(MySqlFacets.Versioning) is null ? DropVersioning : AddVersioning;
        }
    }

    private static IEnumerable<string> Periods(DbObject table)
    {
        if (table.Facet(MySqlFacets.SystemPeriod) is { } system)
        {
            yield return $"PERIOD FOR SYSTEM_TIME {system}";
        }

        if (table.Facet(MySqlFacets.Period) is { } period)
        {
            yield return $"PERIOD FOR {period}";
        }
    }

    private static bool IsOption(string facet) =>
        facet is MySqlFacets.Engine or MySqlFacets.Collation or DbFacets.Comment || facet.StartsWith(MySqlFacets.OptionPrefix, StringComparison.Ordinal);

    private static string Option(DbObject table, string facet)
    {
        var value = table.Facet(facet)!;
        return facet switch
        {
            MySqlFacets.Engine => $"ENGINE={value}",
            MySqlFacets.Collation => $"DEFAULT CHARACTER SET={MySqlColumnText.CharacterSetOf(value)} COLLATE={value}",
            DbFacets.Comment => $"COMMENT={value}",
            _ => MySqlFacets.OptionName(facet) is "TABLESPACE" ? $"TABLESPACE {value}" : $"{MySqlFacets.OptionName(facet)}={value}",
        };
    }

    /// <summary>How an option is given back to what it is where nothing is said.</summary>
    private static string WithoutOption(string facet) => facet == DbFacets.Comment ? "COMMENT=''" : MySqlFacets.OptionName(facet) switch
    {
        var name when name[0] == '`' => $"{name}=DEFAULT",
        var name and ("ROW_FORMAT" or "STATS_PERSISTENT" or "STATS_AUTO_RECALC" or "STATS_SAMPLE_PAGES" or "PACK_KEYS" or "PAGE_CHECKSUM" or "TRANSACTIONAL") => $"{name}=DEFAULT",
        var name and ("COMPRESSION" or "CONNECTION" or "ENGINE_ATTRIBUTE" or "SECONDARY_ENGINE_ATTRIBUTE") => $"{name}=''",
        "ENCRYPTION" => "ENCRYPTION='N'",
        "TABLESPACE" => "TABLESPACE `innodb_file_per_table`",
        "SECONDARY_ENGINE" => "SECONDARY_ENGINE=NULL",
        "UNION" => "UNION=()",
        "INSERT_METHOD" => "INSERT_METHOD=NO",
        var name => $"{name}=0",
    };
}
