namespace PSMigrate.Databases.Sql;

/// <summary>One variable or setting that SET gives a value.</summary>
/// <param name="Name">In lower case.</param>
/// <param name="Value">As written; null for the default.</param>
/// <param name="Scope">How far it reaches.</param>
public sealed record SettingAssignment(string Name, string? Value, SettingScope Scope);

/// <summary>How far a setting reaches.</summary>
public enum SettingScope
{
    /// <summary>The connection.</summary>
    Session,

    /// <summary>The transaction that it is set in.</summary>
    Transaction,

    /// <summary>The whole server.</summary>
    Server,

    /// <summary>No setting but a variable of the script.</summary>
    Variable,
}
