namespace PSMigrate.Databases.Scripts;

/// <summary>
/// What a script begins with where it makes its own database anew, as dumps and samples do: DROP DATABASE and CREATE DATABASE. It is never
/// run. Where the database is empty it would change nothing; elsewhere the script is refused.
/// </summary>
/// <param name="First">Where the first of these statements begins.</param>
/// <param name="LastLine">The line in which the last of them ends.</param>
public sealed record ScriptHead(SourcePlace First, int LastLine)
{
    /// <summary>The lines, for messages.</summary>
    public string Lines => LastLine > First.Line ? $"lines {First.Line}–{LastLine}" : $"line {First.Line}";
}
