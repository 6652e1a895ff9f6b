namespace PSMigrate.Databases.Sql;

/// <summary>The database that a script is run in, as the script may name it.</summary>
/// <param name="Comparison">How the server tells the names of databases apart.</param>
public sealed record OwnDatabase(string Name, StringComparison Comparison)
{
    /// <summary>True where the script runs on a copy, which has another name than scripts give it.</summary>
    public bool IsCopy { get; init; }

    public bool Is(string? name) => string.Equals(name, Name, Comparison);
}
