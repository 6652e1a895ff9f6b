namespace PSMigrate.Benchmarks.Copying;

/// <summary>CSV from the one server's client into SQLite's shell: quick, and every NULL becomes an empty text.</summary>
internal sealed class SqliteImportPeer : CopyPeer
{
    public override string Name => "psql CSV | sqlite3 .import";

    public override bool IsHere => Has("psql") && Has("sqlite3");

    public override Task CopyAsync(CopyEnd from, CopyEnd to) =>
        ShellAsync($"psql -q '{((PostgreSqlCopyEnd)from).Uri}' -c '\\copy events to stdout csv' | sqlite3 '{((SqliteCopyEnd)to).File}' -cmd '.mode csv' '.import /dev/stdin events'");
}
