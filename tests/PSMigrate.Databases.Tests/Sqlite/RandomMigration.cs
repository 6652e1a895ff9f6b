using System.Globalization;
using Microsoft.Data.Sqlite;

namespace PSMigrate.Databases.Tests.Sqlite;

/// <summary>
/// A random database and a random script for it, the same for the same seed. Every statement has been tried on a database in
/// memory, and those that SQLite refuses are left out; what the database in memory holds in the end is what the script must give.
/// </summary>
internal sealed class RandomMigration : IDisposable
{
    private static readonly string[] Types = ["INTEGER", "TEXT", "REAL", "BLOB", "NUMERIC", "", "INT", "TEXT COLLATE NOCASE", "VARCHAR(10)"];
    private static readonly string[] Names = ["a", "b", "c", "d", "e", "id", "k", "v", "Name", "größe", "two words", "order", "s", "t", "i", "c0", "k0", "rowid"];
    private static readonly string[] TableNames = ["t", "u", "v1", "w", "x y", "s", "Order", "käse", "p", "q"];

    private readonly Random random;
    private readonly SqliteConnection scratch = new("Data Source=:memory:;Pooling=False");
    private readonly List<string> setup = [];
    private readonly List<string> script = [];

    public RandomMigration(int seed)
    {
        random = new Random(seed);
        scratch.Open();
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            Add(setup, CreateTable());
        }

        for (var i = random.Next(0, 8); i > 0; i--)
        {
            Add(setup, Pick(Insert, Insert, Insert, CreateIndex, CreateView, CreateTrigger));
        }

        Before = DatabaseImage.Of(scratch);
        for (var i = random.Next(1, 9); i > 0 || script.Count == 0; i--)
        {
            Add(script, Pick(
                AddColumn, DropColumn, RenameColumn, RenameTable, DropTable, CreateTable, CopyTable, CreateIndex, DropIndex, CreateView, DropView, CreateTrigger, DropTrigger,
                Insert, Insert, Insert, InsertSelected, Update, Update, Update, UpdateKey, Delete, Delete, Replace, Upsert, Rebuild, Version, Nested));
        }

        After = DatabaseImage.Of(scratch);
    }

    public string Setup => string.Join("\n", setup.Select(s => s + ";"));

    public string Script => string.Join("\n", script.Select(s => s + ";"));

    public DatabaseImage Before { get; }

    public DatabaseImage After { get; }

    /// <summary>What an application writes after the script: statements that succeed on what the script left.</summary>
    public string Writes(int atMost)
    {
        var writes = new List<string>();
        for (var i = random.Next(1, atMost + 1); i > 0; i--)
        {
            Add(writes, Pick(Insert, Insert, Update, Update, UpdateKey, Delete, Delete, Replace, Upsert));
        }

        return string.Join("\n", writes.Select(w => w + ";"));
    }

    /// <summary>The statements of the script, one by one.</summary>
    public IReadOnlyList<string> Statements => [.. script.SelectMany(s => s.StartsWith("CREATE TRIGGER", StringComparison.Ordinal) ? [s] : s.Split("; ", StringSplitOptions.TrimEntries))];

    public void Dispose() => scratch.Dispose();

    /// <summary>Several statements are taken together or not at all.</summary>
    private void Add(List<string> to, string statements)
    {
        if (statements.Length == 0)
        {
            return;
        }

        Execute("SAVEPOINT attempt");
        try
        {
            Execute(statements);
            // A view or trigger that no longer fits shows only when it is next used: such a database is no fair start.
            foreach (var name in Objects("table").Concat(Objects("view")))
            {
                Execute($"SELECT * FROM {Quote(name)} LIMIT 1");
            }

            // Fails where a foreign key refers to what is no key: then SQLite itself refuses some statements and not others.
            Execute("PRAGMA foreign_key_check");
            Execute("RELEASE attempt");
            to.Add(statements);
        }
        catch (SqliteException)
        {
            Execute("ROLLBACK TO attempt");
            Execute("RELEASE attempt");
        }
    }

    private string CreateTable()
    {
        var columns = Some(Names, 1, 6);
        var key = random.Next(6);
        var withoutRowId = key is 3 or 4 && Chance(2);
        var parts = columns.Select((c, i) => $"{Quote(c)} {(i == 0 && key == 0 ? "INTEGER PRIMARY KEY" : i == 0 && key == 1 ? "INTEGER PRIMARY KEY AUTOINCREMENT" : Pick(Types) + Constraint(columns, i))}").ToList();
        if (key is 3 or 4)
        {
            parts.Add($"PRIMARY KEY ({string.Join(", ", Some(columns, 1, 2).Select(c => Quote(c) + (Chance(5) ? " COLLATE NOCASE" : "") + (Chance(5) ? " DESC" : "")))})");
        }

        if (Chance(5) && Objects("table") is { Count: > 0 } tables)
        {
            var parent = Pick(tables);
            parts.Add($"FOREIGN KEY ({Quote(Pick(columns))}) REFERENCES {Quote(parent)} ({Quote(AnyColumn(parent))}) ON DELETE {Pick("CASCADE", "SET NULL", "NO ACTION")} ON UPDATE {Pick("CASCADE", "SET NULL", "NO ACTION")}");
        }

        return $"CREATE TABLE {Quote(Pick(TableNames))} ({string.Join(", ", parts)}){(withoutRowId ? " WITHOUT ROWID" : "")}";
    }

    private string Constraint(IReadOnlyList<string> columns, int at) => random.Next(14) switch
    {
        0 => " UNIQUE",
        1 => " UNIQUE ON CONFLICT REPLACE",
        2 => $" DEFAULT {Value()}",
        3 => " NOT NULL DEFAULT 'n'",
        4 when at > 0 => $" AS ({Quote(columns[0])} || '!') {Pick("STORED", "VIRTUAL")}",
        _ => "",
    };

    private string AddColumn() => With(table => $"ALTER TABLE {Quote(table)} ADD COLUMN {Quote(Pick(Names))} {Pick(Types)}{random.Next(6) switch
    {
        0 => $" DEFAULT {Value()}",
        1 => " NOT NULL DEFAULT 7",
        2 => $" AS ({Quote(AnyColumn(table))} || 'g')",
        3 => $" CHECK ({Quote(AnyColumn(table))} IS NOT 'forbidden')",
        _ => "",
    }}");

    private string DropColumn() => With(table => $"ALTER TABLE {Quote(table)} DROP COLUMN {Quote(AnyColumn(table))}");

    private string RenameColumn() => With(table => $"ALTER TABLE {Quote(table)} RENAME COLUMN {Quote(AnyColumn(table))} TO {Quote(Pick(Names))}");

    private string RenameTable() => With(table => $"ALTER TABLE {Quote(table)} RENAME TO {Quote(Pick(TableNames))}");

    private string DropTable() => With(table => $"DROP TABLE {Quote(table)}");

    private string CopyTable() => With(table => $"CREATE TABLE {Quote(Pick(TableNames))} AS SELECT * FROM {Quote(table)}");

    private string CreateIndex() => With(table =>
        $"CREATE {(Chance(3) ? "UNIQUE " : "")}INDEX {Quote("i" + random.Next(20))} ON {Quote(table)} ({string.Join(", ", Some(Columns(table), 1, 2).Select(c => Chance(4) ? $"lower({Quote(c)})" : Quote(c) + Pick("", " DESC", " COLLATE NOCASE")))}){(Chance(4) ? $" WHERE {Condition(table)}" : "")}");

    private string DropIndex() => Objects("index") is { Count: > 0 } indexes ? $"DROP INDEX {Quote(Pick(indexes))}" : "";

    private string CreateView() => With(table => $"CREATE VIEW {Quote("view" + random.Next(4))} AS SELECT {Quote(AnyColumn(table))} AS one, count(*) AS n FROM {Quote(table)} GROUP BY 1");

    private string DropView() => Objects("view") is { Count: > 0 } views ? $"DROP VIEW {Quote(Pick(views))}" : "";

    private string CreateTrigger() => With(table =>
    {
        var act = Pick("INSERT", "UPDATE", "DELETE", $"UPDATE OF {Quote(AnyColumn(table))}");
        var row = act == "INSERT" ? "NEW" : "OLD";
        var other = Pick(Objects("table"));
        var column = Quote(AnyColumn(table));
        return $"CREATE TRIGGER {Quote("trigger" + random.Next(10))} {Pick("AFTER", "BEFORE")} {act} ON {Quote(table)} BEGIN {random.Next(4) switch
        {
            0 => $"UPDATE {Quote(table)} SET {column} = {Value()} WHERE {column} IS {row}.{column} AND {column} IS NOT {Value()};",
            1 => $"DELETE FROM {Quote(other)} WHERE {Quote(AnyColumn(other))} = {row}.{column};",
            2 => $"INSERT INTO {Quote(other)} ({Quote(AnyColumn(other))}) VALUES ({row}.{column} || '*');",
            _ => $"INSERT OR REPLACE INTO {Quote(other)} ({Quote(AnyColumn(other))}) VALUES ({row}.{column});",
        }} END";
    });

    private string DropTrigger() => Objects("trigger") is { Count: > 0 } triggers ? $"DROP TRIGGER {Quote(Pick(triggers))}" : "";

    private string Insert() => InsertWith("INSERT");

    private string Replace() => InsertWith("INSERT OR REPLACE");

    private string InsertWith(string verb) => With(table =>
    {
        var columns = Some(Columns(table), 1, 6);
        var rows = Enumerable.Range(0, random.Next(1, 5)).Select(_ => $"({string.Join(", ", columns.Select(_ => Value()))})");
        return $"{verb} INTO {Quote(table)} ({string.Join(", ", columns.Select(Quote))}) VALUES {string.Join(", ", rows)}";
    });

    private string InsertSelected() => With(table =>
    {
        var from = Pick(Objects("table"));
        return $"INSERT {Pick("", "OR IGNORE ", "OR REPLACE ")}INTO {Quote(table)} ({Quote(AnyColumn(table))}) SELECT {Quote(AnyColumn(from))} FROM {Quote(from)}";
    });

    private string Update() => With(table =>
        $"UPDATE {Pick("", "", "OR REPLACE ", "OR IGNORE ")}{Quote(table)} SET {string.Join(", ", Some(Columns(table), 1, 2).Select(c => $"{Quote(c)} = {Pick(Value(), $"upper({Quote(c)})", Quote(AnyColumn(table)), $"{Quote(c)} || 'u'")}"))}{(Chance(3) ? "" : $" WHERE {Condition(table)}")}");

    private string UpdateKey() => With(table => $"UPDATE {Quote(table)} SET {Quote(Columns(table)[0])} = {Quote(Columns(table)[0])} {Pick("+ 100", "* -1", "|| 'x'")}");

    private string Delete() => With(table => $"DELETE FROM {Quote(table)}{(Chance(5) ? "" : $" WHERE {Condition(table)}")}");

    private string Upsert() => With(table =>
    {
        var column = Quote(Columns(table)[0]);
        return $"INSERT INTO {Quote(table)} ({column}) VALUES ({Value()}), ({Value()}) ON CONFLICT DO UPDATE SET {Quote(AnyColumn(table))} = {Value()}";
    });

    /// <summary>The way of sqlite.org/lang_altertable.html.</summary>
    private string Rebuild() => With(table =>
    {
        var kept = Some(Columns(table), 1, 5);
        var list = string.Join(", ", kept.Select(Quote));
        return $"CREATE TABLE \"new_table\" ({string.Join(", ", kept.Select((c, i) => $"{Quote(c)} {(i == 0 && Chance(2) ? "INTEGER PRIMARY KEY" : Pick(Types))}"))}); INSERT INTO \"new_table\" ({list}) SELECT {list} FROM {Quote(table)}; DROP TABLE {Quote(table)}; ALTER TABLE \"new_table\" RENAME TO {Quote(table)}";
    });

    private string Version() => $"PRAGMA user_version = {random.Next(100)}";

    private string Nested() => $"SAVEPOINT sp; {Pick(Insert, Update, Delete)}; RELEASE sp";

    private string Condition(string table) => $"{Quote(AnyColumn(table))} {Pick("IS NULL", "IS NOT NULL", $"= {Value()}", $"> {Value()}", $"IS NOT {Value()}")}";

    private string Value() => random.Next(12) switch
    {
        0 => "NULL",
        1 => "''",
        2 => "x'00ff'",
        3 => (random.Next(-4, 5) / 2.0).ToString("0.0", CultureInfo.InvariantCulture),
        4 => "'Ää漢'",
        5 => $"'{random.Next(5)}'",
        6 => Pick("'a'", "'A'", "'b'", "'B'"),
        _ => random.Next(-1, 8).ToString(CultureInfo.InvariantCulture),
    };

    private string With(Func<string, string> make) => Objects("table") is { Count: > 0 } tables ? make(Pick(tables)) : "";

    private string AnyColumn(string table) => Pick(Columns(table));

    private List<string> Columns(string table) =>
        List("SELECT name FROM pragma_table_xinfo($name) WHERE hidden IN (0, 2, 3)", table) is { Count: > 0 } columns ? columns : ["a"];

    private List<string> Objects(string kind) =>
        List("SELECT name FROM sqlite_schema WHERE type = $name AND sql IS NOT NULL AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY rowid", kind);

    private List<string> List(string sql, string name)
    {
        using var command = scratch.CreateCommand();
        command.CommandText = sql;
        command.Parameters.AddWithValue("$name", name);
        using var reader = command.ExecuteReader();
        var list = new List<string>();
        while (reader.Read())
        {
            list.Add(reader.GetString(0));
        }

        return list;
    }

    private void Execute(string sql)
    {
        using var command = scratch.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private bool Chance(int oneIn) => random.Next(oneIn) == 0;

    private T Pick<T>(params IReadOnlyList<T> from) => from[random.Next(from.Count)];

    private string Pick(params Func<string>[] from) => from[random.Next(from.Length)]();

    private List<string> Some(IReadOnlyList<string> from, int least, int most)
    {
        var some = from.OrderBy(_ => random.Next()).Take(random.Next(least, most + 1)).ToList();
        return some.Count > 0 ? some : [from[0]];
    }

    private static string Quote(string name) => "\"" + name.Replace("\"", "\"\"") + "\"";
}
