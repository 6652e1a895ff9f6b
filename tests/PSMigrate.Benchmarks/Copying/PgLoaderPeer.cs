namespace PSMigrate.Benchmarks.Copying;

/// <summary>pgloader, into the table that is there.</summary>
internal sealed class PgLoaderPeer : CopyPeer
{
    public override string Name => "pgloader";

    public override bool IsHere => Has("pgloader");

    public override Task CopyAsync(CopyEnd from, CopyEnd to) =>
        ShellAsync($"pgloader --quiet --with 'data only' --with 'include no drop' 'sqlite://{((SqliteCopyEnd)from).File}' '{((PostgreSqlCopyEnd)to).Uri}'");
}
