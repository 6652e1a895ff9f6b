namespace PSMigrate.Databases.Scripts;

/// <summary>Which scripts of a folder are wanted.</summary>
public sealed record ScriptSelection
{
    /// <summary>True to look into the folders inside the folder too, hidden ones and links left out.</summary>
    public bool Recursive { get; init; }

    /// <summary>The environment that is migrated; scripts restricted to others are skipped, and without a name all restricted ones are.</summary>
    public string? Environment { get; init; }

    /// <summary>True for the names of scripts that were applied before, so that others may require them.</summary>
    public Func<string, bool> IsInHistory { get; init; } = _ => false;
}
