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

    /// <summary>
    /// The statements of a file one after the other, without sections and variables. Of a large file no more than one of them is held.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="dialect">Its SQL.</param>
    /// <exception cref="MigrationException">As <see cref="SqlSplitter.Split(string, SqlDialect, string)"/>, and those of reading the file.</exception>
    public static IEnumerable<SqlStatement> Statements(string path, SqlDialect dialect)
    {
        var text = ScriptSource.Read(path);
        using var reader = new SqlStatementReader(text.Open(), dialect, null, text.Head.Text.Length);
        while (reader.Read() is { } statement)
        {
            yield return statement;
        }
    }

    internal static SqlScript Read(string path, ScriptFileName name, string? undoPath)
    {
        var text = ScriptSource.Read(path);
        var source = text.Head;
        var header = ScriptHeaderReader.Read(source, name, text.IsWhole);
        var includes = ScriptIncludes.Of(text);
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
            StatementTimeout = header.StatementTimeout,
            VerifyQueries = [.. header.Verify.Select(range => source.Text.Substring(range.Start, range.Length))],
            VerifyRanges = header.Verify,
            Date = header.Date,
            Description = header.Description,
            MigrationName = header.MigrationName,
            Checksum = Checksum(text, includes),
            Stamp = text.Stamp,
            Text = text,
            Includes = includes,
            Undo = undoPath is null ? null : UndoScript.Read(undoPath),
        };
    }

    private static string Checksum(ScriptSource text, ScriptIncludes includes) => includes.Files.Count == 0
        ? text.Checksum
        : Targets.Fingerprint.OfText(string.Join('\n', includes.Files.Select(file => file.Checksum).Prepend(text.Checksum)));
}
