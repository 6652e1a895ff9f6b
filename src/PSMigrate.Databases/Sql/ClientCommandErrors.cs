namespace PSMigrate.Databases.Sql;

/// <summary>The errors for lines of a client that cannot be obeyed.</summary>
internal static class ClientCommandErrors
{
    public static MigrationException Refused(SourcePlace place, string command, string client, string action) => place.Error(
        "ClientCommandRefused", $"'{command}' is a command of {client}, and PSMigrate does not obey it.", action);

    public static MigrationException Invalid(SourcePlace place, string command, string wanted) => place.Error(
        "ClientCommandInvalid", $"'{command}' cannot be read.", $"Write {wanted}.");
}
