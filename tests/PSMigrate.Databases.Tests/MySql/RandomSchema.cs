using CsCheck;

namespace PSMigrate.Databases.Tests.MySql;

/// <summary>Schemas of a few tables with whatever columns, keys and constraints go together, as statements.</summary>
internal static class RandomSchema
{
    private static readonly string[] Types =
    [
        "int", "bigint unsigned NOT NULL", "varchar(20) DEFAULT 'a'", "varchar(30) CHARACTER SET latin1 NOT NULL COMMENT 'it''s'", "decimal(9,3) NOT NULL DEFAULT 1.25",
        "datetime(3) DEFAULT current_timestamp(3) ON UPDATE current_timestamp(3)", "text COLLATE utf8mb4_bin", "enum('a','b,''c') DEFAULT 'a'", "timestamp NULL", "double DEFAULT (1 + 1)",
        "char(5) INVISIBLE", "json", "bit(4) DEFAULT b'11'", "date NOT NULL DEFAULT '2020-02-02'", "varbinary(8) DEFAULT 0xFF00", "int AS (id + 1) VIRTUAL", "varchar(40) AS (concat(id, '?')) STORED",
        "int CHECK (id <> 7)", "year", "blob",
    ];

    private static readonly string[] Options = ["", "ENGINE=Aria", "COMMENT='some ''text'''", "DEFAULT CHARSET=latin1", "ROW_FORMAT=DYNAMIC STATS_PERSISTENT=1", "WITH SYSTEM VERSIONING"];

    public static Gen<string[]> Statements { get; } =
        from tables in Table.Array[1, 3]
        from names in Gen.Shuffle(new[] { "t1", "t2", "t3", "t 4" })
        from links in Gen.Select(Gen.Int[0, 2], Gen.Int[0, 2]).Array[0, 3]
        select Write(tables, names, links);

    private static Gen<TableOf> Table =>
        from types in Gen.Int[0, Types.Length - 1].Select(i => Types[i]).Array[0, 7]
        from order in Gen.Shuffle(new[] { "c1", "c2", "c3", "c4", "c5", "c6", "c7" })
        from id in Gen.Int[0, 3]
        from keys in Gen.Select(Gen.Int[0, 6], Gen.Int[0, 6], Gen.Int[0, 3]).Array[0, 4]
        from option in Gen.Int[0, Options.Length - 1].Select(i => Options[i])
        from place in Gen.Int[0, 7]
        select new TableOf([.. types.Zip(order).Select(c => (c.Second, c.First))], id, keys, option, place);

    private static string[] Write(TableOf[] tables, string[] names, (int From, int To)[] links)
    {
        var statements = tables.Select((t, i) => t.Create(names[i])).ToList();
        foreach (var (from, to) in links.Where(l => l.From < tables.Length && l.To < tables.Length).Distinct())
        {
            if (tables[from].Refers && tables[to].IsReferred)
            {
                statements.Add($"ALTER TABLE `{names[from]}` ADD CONSTRAINT `fk {names[from]} {names[to]}` FOREIGN KEY (ref) REFERENCES `{names[to]}` (id) ON DELETE {(from == to ? "CASCADE" : "SET NULL")}");
            }
        }

        statements.Add($"CREATE VIEW `v {names[0]}` AS SELECT id FROM `{names[0]}`");
        statements.Add($"CREATE TRIGGER `r {names[0]}` BEFORE INSERT ON `{names[0]}` FOR EACH ROW SET NEW.ref = 1");
        return [.. statements];
    }

    private sealed record TableOf((string Name, string Type)[] Columns, int Id, (int First, int Second, int Kind)[] Keys, string Option, int Place)
    {
        /// <summary>Where the id counts, expressions use the column of the foreign key, which then cannot have one.</summary>
        public bool Refers => IsTransactional && Id != 0;

        public bool IsReferred => IsTransactional && Id != 3;

        private bool IsTransactional => Option is not ("ENGINE=Aria" or "WITH SYSTEM VERSIONING");

        public string Create(string name)
        {
            List<string> lines = [.. Columns.Select(c => $"{c.Name} {(Id == 0 ? c.Type.Replace("(id", "(ref", StringComparison.Ordinal) : c.Type)}")];
            lines.Insert(Math.Min(Place, lines.Count), Id switch
            {
                0 => "id int NOT NULL AUTO_INCREMENT",
                1 => "id int NOT NULL",
                _ => "id int",
            });
            lines.Add("ref int");
            if (Id < 3)
            {
                lines.Add(Id == 2 ? "UNIQUE KEY uid (id)" : "PRIMARY KEY (id)");
            }

            foreach (var (first, second, kind) in Keys.Where(k => k.First < Columns.Length && k.Second < Columns.Length))
            {
                var parts = first == second ? Part(first) : $"{Part(first)}, {Part(second)}";
                lines.Add(kind switch
                {
                    0 => $"UNIQUE KEY `k{first}{second}{kind}` ({parts})",
                    1 => $"KEY `k{first}{second}{kind}` ({parts}) COMMENT 'x'",
                    2 => $"CONSTRAINT `k{first}{second}{kind}` CHECK ({Columns[first].Name} IS NOT NULL)",
                    _ => $"KEY `k{first}{second}{kind}` ({Part(first)} DESC, ref)",
                });
            }

            return $"CREATE TABLE `{name}` ({string.Join(", ", Distinct(lines))}) {Option}";
        }

        private string Part(int column) => Columns[column].Type is var type
            && (type.StartsWith("text", StringComparison.Ordinal) || type is "json" or "blob" || type.StartsWith("varchar", StringComparison.Ordinal)) ? $"{Columns[column].Name}(3)" : Columns[column].Name;

        /// <summary>Two keys may have come out with the same name.</summary>
        private static IEnumerable<string> Distinct(IEnumerable<string> lines) => lines.DistinctBy(line => line.IndexOf('`', StringComparison.Ordinal) is var at and >= 0 ? line[at..(at + 6)] : line);
    }
}
