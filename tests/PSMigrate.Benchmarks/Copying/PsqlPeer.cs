namespace PSMigrate.Benchmarks.Copying;

/// <summary>Two clients of the server's own, one into the other.</summary>
internal sealed class PsqlPeer : CopyPeer
{
    public override string Name => "psql \\copy | psql \\copy";

    public override bool IsHere => Has("psql");

    public override Task CopyAsync(CopyEnd from, CopyEnd to) =>
        ShellAsync($"psql -q '{((PostgreSqlCopyEnd)from).Uri}' -c '\\copy events to stdout' | psql -q '{((PostgreSqlCopyEnd)to).Uri}' -c '\\copy events from stdin'");
}
