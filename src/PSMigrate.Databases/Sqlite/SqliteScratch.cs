using PSMigrate.Steps;
using SQLitePCL;

namespace PSMigrate.Databases.Sqlite;

/// <summary>
/// The structure of a database in memory, without its rows. Scripts are run on it to see what they would change, each on what
/// the scripts before it left.
/// </summary>
internal sealed class SqliteScratch : IInspectionScratch
{
    private readonly List<string> notExamined = [];

    public SqliteScratch(SqliteSession original, string file)
    {
        Session = new SqliteSession("Data Source=:memory:", file, TimeSpan.Zero);
        raw.sqlite3_set_authorizer(Session.Handle, SqliteTarget.Authorize, Actions);
        // Without rows there is nothing that foreign keys could refer to.
        Session.Execute("PRAGMA foreign_keys = OFF");
        foreach (var one in SqliteSchema.Read(original).Objects.OrderBy(o => o.Kind switch { "table" => 0, "view" => 1, "index" => 2, _ => 3 }))
        {
            try
            {
                Session.Execute(one.Sql);
            }
            catch (MigrationException e)
            {
                notExamined.Add($"{one.Kind} {one.Name} ({e.Message})");
            }
        }

        Schema = SqliteSchema.Read(Session);
    }

    public SqliteSession Session { get; }

    public SqliteActions Actions { get; } = new();

    public SqliteSchema Schema { get; private set; }

    /// <summary>Objects that could not be made here, such as virtual tables whose module is not loaded; told once.</summary>
    public IReadOnlyList<string> TakeNotExamined()
    {
        var told = notExamined.ToList();
        notExamined.Clear();
        return told;
    }

    /// <summary>Runs an act; when it fails, the structure is as before.</summary>
    public MigrationException? Try(Action act)
    {
        Session.Execute("SAVEPOINT psmigrate_inspection");
        try
        {
            act();
            Session.Execute("RELEASE psmigrate_inspection");
            return null;
        }
        catch (MigrationException e)
        {
            Session.Execute("ROLLBACK TO psmigrate_inspection");
            Session.Execute("RELEASE psmigrate_inspection");
            Schema = SqliteSchema.Read(Session);
            return e;
        }
    }

    public ValueTask DisposeAsync()
    {
        Session.Dispose();
        return ValueTask.CompletedTask;
    }
}
