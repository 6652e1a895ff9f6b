namespace PSMigrate.Databases.Sql;

/// <summary>The errors for what is never closed, at the place of its opening.</summary>
internal static class SqlUnclosed
{
    public static MigrationException Error(UnclosedToken what, SourcePlace place)
    {
        var (errorId, name) = what switch
        {
            UnclosedToken.String => ("UnclosedString", "string"),
            UnclosedToken.Blob => ("UnclosedString", "blob literal"),
            UnclosedToken.Identifier => ("UnclosedIdentifier", "quoted identifier"),
            _ => ("UnclosedComment", "comment"),
        };
        return place.Error(errorId, $"the {name} that begins here is never closed.", $"Close the {name}.");
    }
}
