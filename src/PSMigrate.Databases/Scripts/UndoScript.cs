using PSMigrate.Databases.Sql;

namespace PSMigrate.Databases.Scripts;

/// <summary>The file that undoes a script. It is plain SQL, not commented.</summary>
internal sealed record UndoScript(string FilePath, ScriptSource Source, string Checksum, bool TransactionNone)
{
    /// <exception cref="MigrationException">As <see cref="SqlScriptReader.Read(string)"/>.</exception>
    public static UndoScript Read(string path)
    {
        var source = ScriptSource.Read(path);
        var header = ScriptHeaderReader.Read(source.Head, ScriptFileName.Of(path), source.IsWhole);
        return new UndoScript(path, source, source.Checksum, header.TransactionNone);
    }
}
