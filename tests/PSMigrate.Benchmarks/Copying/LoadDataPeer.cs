namespace PSMigrate.Benchmarks.Copying;

/// <summary>LOAD DATA by the server's own client, from a file that is there already: what the server itself needs, and nothing for getting the rows.</summary>
internal sealed class LoadDataPeer(BenchmarkRoom room) : CopyPeer
{
    private readonly string file = Path.Combine(room.Path, "events.tsv");

    public override string Name => "LOAD DATA from a file";

    public override bool IsHere => Has("psql") && Has("mariadb");

    public override async Task PrepareAsync(CopyEnd from, CopyEnd to)
    {
        if (!File.Exists(file))
        {
            await ShellAsync($"psql -q '{((PostgreSqlCopyEnd)from).Uri}' -c \"\\copy (SELECT id, account, kind, amount, rate, active::int, name, city, note, code, made, seen AT TIME ZONE 'UTC', day, ref, encode(payload, 'hex'), counter FROM events) to '{file}'\"");
        }
    }

    public override Task CopyAsync(CopyEnd from, CopyEnd to)
    {
        var given = ((MySqlCopyEnd)to).Given;
        var columns = string.Join(", ", CopyEnd.Columns.Select(c => c == "payload" ? "@payload" : c));
        return ShellAsync($"MYSQL_PWD='{given.Password}' mariadb --local-infile=1 -h '{given.Server}' -P {given.Port} -u '{given.UserID}' '{given.Database}' "
            + $"-e \"LOAD DATA LOCAL INFILE '{file}' INTO TABLE events CHARACTER SET utf8mb4 ({columns}) SET payload = UNHEX(@payload)\"");
    }
}
