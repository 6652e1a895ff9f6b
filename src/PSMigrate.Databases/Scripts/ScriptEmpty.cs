using PSMigrate.Databases.Sql;

namespace PSMigrate.Databases.Scripts;

/// <summary>The error for a script that has nothing to run: more likely unfinished than meant.</summary>
internal static class ScriptEmpty
{
    public static MigrationException In(SourceText source) => source.PlaceAt(0).Error(
        "ScriptEmpty", "the script has no statement to run.", "Write the migration's statements, or remove the file.");
}
