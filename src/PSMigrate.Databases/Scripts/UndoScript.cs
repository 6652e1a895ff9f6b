using PSMigrate.Databases.Sql;

namespace PSMigrate.Databases.Scripts;

/// <summary>The file that undoes a script. It is plain SQL, not commented.</summary>
internal sealed record UndoScript(string FilePath, SourceText Source, string Checksum, bool TransactionNone)
{
    /// <exception cref="MigrationException">As <see cref="SqlScriptReader.Read(string)"/>.</exception>
    public static UndoScript Read(string path)
    {
        var text = ScriptText.Read(path);
        var source = new SourceText(path, text.Text);
        var header = ScriptHeaderReader.Read(source, ScriptFileName.Of(path));
        return new UndoScript(path, source, text.Checksum, header.TransactionNone);
    }
}
