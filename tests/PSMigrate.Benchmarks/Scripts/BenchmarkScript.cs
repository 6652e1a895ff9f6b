using System.Globalization;

namespace PSMigrate.Benchmarks.Scripts;

/// <summary>One script: a table, an index and one row.</summary>
internal static class BenchmarkScript
{
    /// <summary>What every table made by these scripts is called, before its number.</summary>
    public const string TablePrefix = "bench_";

    /// <summary>The file name of the script with this number.</summary>
    public static string FileName(int number, ScriptForm form) => form switch
    {
        ScriptForm.Versioned => string.Create(CultureInfo.InvariantCulture, $"V{number:D5}__create_{Table(number)}.sql"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{number:D5}_create_{Table(number)}.sql"),
    };

    /// <summary>The text of the script with this number.</summary>
    public static string Text(int number, ScriptForm form)
    {
        var table = Table(number);
        var (begin, commit) = form == ScriptForm.Template ? ("BEGIN TRANSACTION;\n", "COMMIT;\n") : ("", "");
        return $"""
            -- Migration: create_{table}
            -- Description: A table, an index and one row.

            -- Forward migration
            {begin}CREATE TABLE {table} (id INTEGER PRIMARY KEY, name TEXT NOT NULL, amount NUMERIC NOT NULL DEFAULT 0);
            CREATE INDEX ix_{table}_name ON {table} (name);
            INSERT INTO {table} (id, name, amount) VALUES ({number}, 'row of {table}', 12.50);
            {commit}
            -- Rollback (if needed)
            -- BEGIN TRANSACTION;
            -- DROP TABLE {table};
            -- COMMIT;

            """.ReplaceLineEndings("\n");
    }

    private static string Table(int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{TablePrefix}{number:D5}");
}
