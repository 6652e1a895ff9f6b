using MySqlConnector;

namespace PSMigrate.Benchmarks.Copying;

/// <summary>LOAD DATA from a file that is there already: what the server itself needs, and nothing for getting the rows.</summary>
internal sealed class LoadDataPeer(BenchmarkRoom room) : CopyPeer
{
    private readonly string file = Path.Combine(room.Path, "events.tsv");

    public override string Name => "LOAD DATA from a file";

    public override bool IsHere => Has("psql");

    public override async Task PrepareAsync(CopyEnd from, CopyEnd to)
    {
        if (!File.Exists(file))
        {
            await ShellAsync($"psql -q '{((PostgreSqlCopyEnd)from).Uri}' -c \"\\copy (SELECT id, account, kind, amount, rate, active::int, name, city, note, code, made, seen AT TIME ZONE 'UTC', day, ref, encode(payload, 'hex'), counter FROM events) to '{file}'\"");
        }
    }

    public override async Task CopyAsync(CopyEnd from, CopyEnd to)
    {
        await using var connection = new MySqlConnection(new MySqlConnectionStringBuilder(((MySqlCopyEnd)to).Given.ConnectionString) { AllowLoadLocalInfile = true }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new MySqlCommand($"LOAD DATA LOCAL INFILE '{file}' INTO TABLE events CHARACTER SET utf8mb4 ({string.Join(", ", CopyEnd.Columns.Select(c => c == "payload" ? "@payload" : c))}) SET payload = UNHEX(@payload)", connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync();
    }
}
