using System.Data.Common;
using System.Globalization;
using PSMigrate.Databases.Tests.Sqlite;

namespace PSMigrate.Databases.Tests.Engine;

/// <summary>
/// A random database and a random script for it in SQL that servers share, the same for the same seed. Every statement has been tried on
/// a database of its own, and those that the server refuses are left out; what that database holds in the end is what the script must give.
/// </summary>
internal sealed class RandomScript
{
    private static readonly string[] Types = ["INTEGER", "VARCHAR(40)", "NUMERIC(9, 2)", "BIGINT", "DATE", "CHAR(6)"];
    private static readonly string[] Names = ["a", "b", "c", "d", "e", "größe", "two words", "order", "k0", "c0", "i"];
    private static readonly string[] TableNames = ["t", "u", "view", "w", "x y", "käse", "p", "q"];

    private readonly Random random;
    private readonly TestDatabase scratch;
    private readonly char quote;
    private readonly SortedDictionary<string, List<Column>> tables = new(StringComparer.Ordinal);
    private readonly List<(string Name, string Table)> indexes = [];
    private readonly List<string> views = [];
    private int number;

    /// <param name="scratch">An empty database.</param>
    /// <param name="quote">What stands around names.</param>
    public RandomScript(int seed, TestDatabase scratch, char quote)
    {
        random = new Random(seed);
        this.scratch = scratch;
        this.quote = quote;
        using var connection = scratch.Connect();
        Setup = Fill(connection, random.Next(2, 4), CreateTable) + Fill(connection, random.Next(4, 9), Insert, Insert, Insert, CreateIndex, CreateView);
        Before = Portable(scratch.Image(), scratch.Name);
        Script = Fill(connection, random.Next(2, 8), AddColumn, DropColumn, RenameColumn, RenameTable, DropTable, CreateTable, CreateIndex, DropIndex, CreateView, DropView, Insert, Insert,
            Update, Update, Update, UpdateKey, Delete, Delete);
        After = Portable(scratch.Image(), scratch.Name);
    }

    public string Setup { get; }

    public string Script { get; }

    public DatabaseImage Before { get; }

    public DatabaseImage After { get; }

    /// <summary>What an application writes after the script: statements that succeed on what the script left, with values that nobody else writes.</summary>
    public string Writes()
    {
        using var connection = scratch.Connect();
        return Fill(connection, random.Next(1, 5), Insert, Update, Update, Delete);
    }

    /// <summary>The image without the name of the database that it is of.</summary>
    public static DatabaseImage Portable(DatabaseImage image, string name) => new([.. image.Lines.Select(l => l.Replace($"`{name}`.", "", StringComparison.Ordinal))]);

    private string Fill(DbConnection connection, int count, params Func<(string Sql, Action Done)>[] from)
    {
        var done = new List<string>();
        for (var attempts = 0; done.Count < count && attempts < 60; attempts++)
        {
            var (sql, note) = from[random.Next(from.Length)]();
            if (sql.Length == 0)
            {
                continue;
            }

            try
            {
                TestDatabase.Run(connection, sql);
                note();
                done.Add(sql);
            }
            catch (DbException)
            {
                // The server refuses it: it is no part of the script.
            }
        }

        return string.Concat(done.Select(s => s + ";\n"));
    }

    private (string, Action) CreateTable()
    {
        var name = Pick(TableNames);
        var columns = Names.OrderBy(_ => random.Next()).Take(random.Next(1, 5)).Select(c => new Column(c, Pick(Types))).ToList();
        var hasKey = random.Next(4) > 0;
        var all = hasKey ? columns.Prepend(new Column("id", "INTEGER")).ToList() : columns;
        var parts = columns.Select(c => $"{Quote(c.Name)} {c.Type}{random.Next(6) switch { 0 => $" DEFAULT {Value(c.Type)}", 1 => $" DEFAULT {Value(c.Type)} NOT NULL", _ => "" }}");
        return ($"CREATE TABLE {Quote(name)} ({(hasKey ? "id INTEGER PRIMARY KEY, " : "")}{string.Join(", ", parts)})", () => tables.Add(name, all));
    }

    private (string, Action) AddColumn() => With((table, columns) =>
    {
        var column = new Column(Pick(Names), Pick(Types));
        return ($"ALTER TABLE {Quote(table)} ADD COLUMN {Quote(column.Name)} {column.Type}{(random.Next(3) == 0 ? $" DEFAULT {Value(column.Type)}" : "")}", () => columns.Add(column));
    });

    private (string, Action) DropColumn() => With((table, columns) =>
    {
        var column = Pick(columns);
        return ($"ALTER TABLE {Quote(table)} DROP COLUMN {Quote(column.Name)}", () => columns.Remove(column));
    });

    private (string, Action) RenameColumn() => With((table, columns) =>
    {
        var at = random.Next(columns.Count);
        var name = Pick(Names);
        return ($"ALTER TABLE {Quote(table)} RENAME COLUMN {Quote(columns[at].Name)} TO {Quote(name)}", () => columns[at] = columns[at] with { Name = name });
    });

    private (string, Action) RenameTable() => With((table, columns) =>
    {
        var name = Pick(TableNames);
        return ($"ALTER TABLE {Quote(table)} RENAME TO {Quote(name)}", () =>
        {
            tables.Remove(table);
            tables.Add(name, columns);
            indexes.RemoveAll(i => i.Table == table);
        });
    });

    private (string, Action) DropTable() => With((table, _) => ($"DROP TABLE {Quote(table)}", () =>
    {
        tables.Remove(table);
        indexes.RemoveAll(i => i.Table == table);
    }));

    private (string, Action) CreateIndex() => With((table, columns) =>
    {
        var name = "i" + random.Next(20).ToString(CultureInfo.InvariantCulture);
        return ($"CREATE {(random.Next(4) == 0 ? "UNIQUE " : "")}INDEX {name} ON {Quote(table)} ({string.Join(", ", columns.OrderBy(_ => random.Next()).Take(random.Next(1, 3)).Select(c => Quote(c.Name)))})",
            () => indexes.Add((name, table)));
    });

    private (string, Action) DropIndex()
    {
        if (indexes.Count == 0)
        {
            return ("", () => { });
        }

        var index = Pick(indexes);
        return ($"DROP INDEX {index.Name}{(quote == '`' ? $" ON {Quote(index.Table)}" : "")}", () => indexes.Remove(index));
    }

    private (string, Action) CreateView() => With((table, columns) =>
    {
        var name = "view" + random.Next(4).ToString(CultureInfo.InvariantCulture);
        return ($"CREATE VIEW {name} AS SELECT {Quote(Pick(columns).Name)} AS one, count(*) AS n FROM {Quote(table)} GROUP BY 1", () => views.Add(name));
    });

    private (string, Action) DropView()
    {
        var name = views.Count == 0 ? "" : Pick(views);
        return (name.Length == 0 ? "" : $"DROP VIEW {name}", () => views.Remove(name));
    }

    private (string, Action) Insert() => With((table, columns) =>
    {
        var rows = Enumerable.Range(0, random.Next(1, 5)).Select(_ => $"({string.Join(", ", columns.Select(c => c.Name == "id" ? (++number).ToString(CultureInfo.InvariantCulture) : Value(c.Type)))})");
        return ($"INSERT INTO {Quote(table)} ({string.Join(", ", columns.Select(c => Quote(c.Name)))}) VALUES {string.Join(", ", rows)}", () => { });
    });

    private (string, Action) Update() => With((table, columns) =>
    {
        var set = columns.Where(c => c.Name != "id").OrderBy(_ => random.Next()).Take(random.Next(1, 3)).Select(c => $"{Quote(c.Name)} = {Value(c.Type)}").ToList();
        return (set.Count == 0 ? "" : $"UPDATE {Quote(table)} SET {string.Join(", ", set)}{Where(columns)}", () => { });
    });

    private (string, Action) UpdateKey() => With((table, columns) => (columns[0].Name == "id" ? $"UPDATE {Quote(table)} SET id = id + 1000{Where(columns)}" : "", () => { }));

    private (string, Action) Delete() => With((table, columns) => ($"DELETE FROM {Quote(table)}{Where(columns)}", () => { }));

    private string Where(List<Column> columns)
    {
        var column = Pick(columns);
        return random.Next(5) switch
        {
            0 => "",
            1 => $" WHERE {Quote(column.Name)} IS NULL",
            2 => $" WHERE {Quote(column.Name)} IS NOT NULL",
            _ when columns[0].Name == "id" => $" WHERE {Quote("id")} % 3 = {random.Next(3)}",
            _ => $" WHERE {Quote(column.Name)} > {Value(column.Type)}",
        };
    }

    /// <summary>Texts are never written twice, so that each tells who wrote it.</summary>
    private string Value(string type) => random.Next(8) == 0 ? "NULL" : type switch
    {
        "VARCHAR(40)" => random.Next(5) switch { 0 => "''", 1 => $"'Ää漢 {++number}'", _ => $"'v{++number}'" },
        "CHAR(6)" => $"'{(char)('a' + random.Next(26))}'",
        "NUMERIC(9, 2)" => (random.Next(-400, 500) / 4m).ToString("0.00", CultureInfo.InvariantCulture),
        "DATE" => $"'20{random.Next(10, 40)}-0{random.Next(1, 10)}-1{random.Next(10)}'",
        _ => random.Next(-1, 8).ToString(CultureInfo.InvariantCulture),
    };

    private (string, Action) With(Func<string, List<Column>, (string, Action)> make)
    {
        if (tables.Count == 0)
        {
            return ("", () => { });
        }

        var (name, columns) = tables.ElementAt(random.Next(tables.Count));
        return columns.Count == 0 ? ("", () => { }) : make(name, columns);
    }

    private T Pick<T>(IReadOnlyList<T> from) => from[random.Next(from.Count)];

    private string Quote(string name) => $"{quote}{name}{quote}";

    private sealed record Column(string Name, string Type);
}
