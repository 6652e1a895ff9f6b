namespace PSMigrate.Databases.Tests.Sqlite;

/// <summary>One kind of change: what is there before, and the script that changes it.</summary>
/// <param name="Before">Statements that make the database; separated by semicolons.</param>
/// <param name="Script">The migration, without a rollback of its author.</param>
public sealed record UndoCase(string Name, string Before, string Script)
{
    public override string ToString() => Name;
}
