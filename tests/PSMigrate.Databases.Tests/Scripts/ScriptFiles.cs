using System.Text;
using PSMigrate.Databases.Scripts;
using PSMigrate.Databases.Sql;

namespace PSMigrate.Databases.Tests.Scripts;

/// <summary>A folder of script files that is gone after the test.</summary>
internal sealed class ScriptFiles : IDisposable
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    public string Folder { get; } = Directory.CreateTempSubdirectory("psmigrate-scripts-").FullName;

    public string Write(string name, string text) => Write(name, Utf8.GetBytes(text));

    public string Write(string name, byte[] bytes)
    {
        var path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public SqlScript Read(string text, string name = "add_email.sql") => SqlScriptReader.Read(Write(name, text));

    public ScriptContent Content(string text, ScriptVariables? variables = null) => Read(text).ReadContent(SqlDialect.Sqlite, variables);

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}

internal static class ScriptTexts
{
    public static IEnumerable<string> Texts(this IEnumerable<SqlStatement> statements) => statements.Select(statement => statement.Text);
}
