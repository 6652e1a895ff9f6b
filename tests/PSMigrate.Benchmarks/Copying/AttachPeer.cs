using Microsoft.Data.Sqlite;

namespace PSMigrate.Benchmarks.Copying;

/// <summary>INSERT … SELECT from an attached file.</summary>
internal sealed class AttachPeer : CopyPeer
{
    public override string Name => "INSERT … SELECT from ATTACH";

    public override Task CopyAsync(CopyEnd from, CopyEnd to)
    {
        using var connection = new SqliteConnection($"Data Source={((SqliteCopyEnd)to).File};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"ATTACH '{((SqliteCopyEnd)from).File}' AS old; INSERT INTO events SELECT * FROM old.events; DETACH old";
        command.CommandTimeout = 0;
        command.ExecuteNonQuery();
        return Task.CompletedTask;
    }
}
