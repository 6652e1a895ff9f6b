namespace PSMigrate.Databases.Tests.Engine;

/// <summary>What any engine's databases must do; an engine inherits the suite and says how its databases are made.</summary>
public abstract class EngineContract
{
    private protected abstract TestDatabase NewDatabase(string folder);

    private protected MigrationFolder NewFolder(string setup = "") => new(setup, NewDatabase);
}
