using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;

namespace PSMigrate.Benchmarks.Copying;

/// <summary>A SQLite file.</summary>
internal sealed class SqliteCopyEnd(string file) : CopyEnd
{
    public string File => file;

    public override string Name => "SQLite";

    public override string Target => $"sqlite:{file}";

    public override void Make()
    {
        System.IO.File.Delete(file);
        Run("""
            CREATE TABLE events (id INTEGER PRIMARY KEY, account INTEGER NOT NULL, kind INTEGER, amount NUMERIC(12, 2), rate REAL, active BOOLEAN, name VARCHAR(40) NOT NULL, city VARCHAR(30),
                note TEXT, code CHAR(8), made DATETIME NOT NULL, seen TIMESTAMPTZ, day DATE, ref UUID, payload BLOB, counter INTEGER)
            """);
    }

    public override void Fill(int rows) => Run(string.Create(CultureInfo.InvariantCulture, $"""
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows})
        INSERT INTO events SELECT i, i % 100003, i % 7, (i % 1000000) / 100.0, i / 7.0, i % 2, 'name of number ' || i, CASE i % 5 WHEN 0 THEN NULL ELSE 'city ' || (i % 1000) END,
            CASE i % 3 WHEN 0 THEN NULL ELSE 'a note that is somewhat longer than the others, ' || i END, printf('%08d', i % 100000000), datetime('2020-01-01', '+' || i || ' seconds'),
            datetime('2021-01-01', '+' || i || ' seconds') || '+00:00', date('2020-01-01', '+' || (i % 2000) || ' days'), printf('%08x-0000-4000-8000-%012x', i, i * 7), CAST(i * 1000003 AS BLOB), i * 1000003 FROM n
        """));

    public override void Dispose() => System.IO.File.Delete(file);

    protected override DbConnection Connect() => new SqliteConnection($"Data Source={file};Pooling=False");
}
