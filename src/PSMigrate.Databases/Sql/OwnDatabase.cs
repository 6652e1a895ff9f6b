namespace PSMigrate.Databases.Sql;

/// <summary>The database that a script is run in, as the script may name it.</summary>
/// <param name="Comparison">How the server tells the names of databases apart.</param>
public sealed record OwnDatabase(string Name, StringComparison Comparison)
{
    public bool Is(string? name) => string.Equals(name, Name, Comparison);
}
