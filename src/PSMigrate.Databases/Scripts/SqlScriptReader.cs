using PSMigrate.Databases.Sql;
using PSMigrate.Plans;

namespace PSMigrate.Databases.Scripts;

/// <summary>Reads script files: text, checksum and header, and nothing more until it is asked for.</summary>
public static class SqlScriptReader
{
    /// <summary>Reads a script, and the undo file that lies beside it.</summary>
    /// <exception cref="MigrationException">
    /// ScriptNotFound, ScriptUnreadable, ScriptNotText, ScriptEmpty, HeaderKeyUnknown, HeaderKeyRepeated, HeaderValueInvalid,
    /// HeaderNameMismatch, UnclosedComment, RollbackAmbiguous.
    /// </exception>
    public static SqlScript Read(string path) => Read(path, UndoFiles.Beside(path));

    /// <summary>Reads a script with this undo file, or with none.</summary>
    /// <inheritdoc cref="Read(string)" path="/exception"/>
    public static SqlScript Read(string path, string? undoPath) => Read(path, ScriptFileName.Of(path), undoPath);

    internal static SqlScript Read(string path, ScriptFileName name, string? undoPath)
    {
        var text = ScriptText.Read(path);
        var source = new SourceText(path, text.Text);
        var header = ScriptHeaderReader.Read(source, name);
        return new SqlScript
        {
            Name = name.Stem,
            FilePath = path,
            Title = name.Title,
            Version = name.Version,
            Repeat = header.Repeat ?? (name.IsRepeatable ? RepeatMode.OnChange : RepeatMode.Once),
            Requires = header.Requires,
            RequiresOffsets = header.RequiresOffsets,
            TransactionNone = header.TransactionNone,
            Environments = header.Environments,
            LockTimeout = header.LockTimeout,
            VerifyQueries = [.. header.Verify.Select(range => source.Text.Substring(range.Start, range.Length))],
            VerifyRanges = header.Verify,
            Date = header.Date,
            Description = header.Description,
            MigrationName = header.MigrationName,
            Checksum = text.Checksum,
            Stamp = text.Stamp,
            Source = source,
            Undo = undoPath is null ? null : UndoScript.Read(undoPath),
        };
    }
}
