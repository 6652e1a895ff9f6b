using PSMigrate.Databases.Sql;

namespace PSMigrate.Databases.Servers;

/// <summary>Errors of a script's statements, with their places in the script.</summary>
internal static class StatementErrors
{
    private const int MostCharacters = 200;

    public static MigrationException Of(ServerEngine engine, SqlStatement statement, MigrationException e)
    {
        var place = e.InnerException is { } cause && engine.OffsetOf(cause, statement.Text) is { } offset ? statement.PlaceAt(offset) : statement.Place;
        var shown = statement.Shown.ReplaceLineEndings(" ");
        return new MigrationException(
            e.ErrorId == "SqlFailed" ? "StatementFailed" : e.ErrorId, e.Kind,
            $"{place}: {e.Message.TrimEnd('.')}. In: {(shown.Length > MostCharacters ? shown[..MostCharacters] + "…" : shown)}", e)
        {
            Place = place,
            Offender = statement.File,
            RecommendedAction = e.RecommendedAction,
            IsTransient = e.IsTransient,
        };
    }
}
