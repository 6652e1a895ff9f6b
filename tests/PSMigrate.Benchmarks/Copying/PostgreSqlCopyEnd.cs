using System.Data.Common;
using System.Globalization;
using Npgsql;
using PSMigrate.Benchmarks.Contenders;

namespace PSMigrate.Benchmarks.Copying;

/// <summary>A database of its own on a PostgreSQL server.</summary>
internal sealed class PostgreSqlCopyEnd(string server) : CopyEnd
{
    private readonly PostgreSqlDatabase database = new(server) { StateFolder = "" };

    public override string Name => "PostgreSQL";

    public override string Target => database.Target;

    /// <summary>As the server's own programs take it.</summary>
    public string Uri
    {
        get
        {
            var given = new NpgsqlConnectionStringBuilder(database.ConnectionString);
            var password = given.Password is { Length: > 0 } secret ? ":" + System.Uri.EscapeDataString(secret) : "";
            return $"postgresql://{given.Username}{password}@{given.Host}:{given.Port}/{given.Database}";
        }
    }

    public override void Make() => Run("""
        DROP SCHEMA IF EXISTS psmigrate CASCADE; DROP TABLE IF EXISTS events;
        CREATE TABLE events (id bigint PRIMARY KEY, account integer NOT NULL, kind smallint, amount numeric(12, 2), rate double precision, active boolean, name varchar(40) NOT NULL, city varchar(30),
            note text, code char(8), made timestamp NOT NULL, seen timestamptz, day date, ref uuid, payload bytea, counter bigint)
        """);

    public override void Fill(int rows) => Run(string.Create(CultureInfo.InvariantCulture, $"""
        INSERT INTO events SELECT i, i % 100003, i % 7, (i % 1000000) / 100.0, i / 7.0, i % 2 = 1, 'name of number ' || i, CASE i % 5 WHEN 0 THEN NULL ELSE 'city ' || (i % 1000) END,
            CASE i % 3 WHEN 0 THEN NULL ELSE 'a note that is somewhat longer than the others, ' || i END, lpad((i % 100000000)::text, 8, '0'), timestamp '2020-01-01' + i * interval '1 second',
            timestamptz '2021-01-01' + i * interval '1 second', date '2020-01-01' + (i % 2000)::integer, md5(i::text)::uuid, int8send(i * 1000003), i * 1000003 FROM generate_series(1::bigint, {rows}) i;
        ANALYZE events
        """));

    public override void Dispose() => database.Remove();

    protected override DbConnection Connect() => new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database.ConnectionString) { Pooling = false }.ConnectionString);
}
