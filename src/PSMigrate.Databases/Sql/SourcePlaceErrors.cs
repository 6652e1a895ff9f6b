namespace PSMigrate.Databases.Sql;

/// <summary>Errors that point at a place in a file: the message begins with it, so that a terminal can open it.</summary>
internal static class SourcePlaceErrors
{
    public static MigrationException Error(this SourcePlace place, string errorId, string message, string action) =>
        new(errorId, ErrorKind.InvalidInput, $"{place}: {message}")
        {
            Place = place,
            Offender = place.File,
            RecommendedAction = action,
        };
}
