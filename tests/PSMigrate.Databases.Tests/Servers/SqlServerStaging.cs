using Microsoft.Data.SqlClient;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>
/// A second server, for plans that name one to be rehearsed on: here the same one at another address, whose sessions are told from the
/// target's by the program that they say they are.
/// </summary>
public sealed class SqlServerStaging(SqlServerServer server) : IAsyncDisposable
{
    public const string Program = "staging";

    private readonly Lazy<SqlServerDatabase> database = new(() =>
    {
        var made = server.CreateDatabaseAsync().GetAwaiter().GetResult();
        made.ExecuteAsync("CREATE TABLE dbo.kept (id int)", "INSERT INTO dbo.kept VALUES (1)").GetAwaiter().GetResult();
        return made;
    });

    public string ConnectionString => new SqlConnectionStringBuilder(database.Value.ConnectionString) { ApplicationName = Program }.ConnectionString;

    /// <summary>The databases of copies on the server, and the rows of the staging database.</summary>
    public IReadOnlyList<string> Content()
    {
        using var connection = database.Value.OpenAsync().GetAwaiter().GetResult();
        using var command = new SqlCommand("SELECT name FROM sys.databases WHERE LEFT(name, 15) = 'psmigrate_copy_' UNION ALL SELECT CONCAT('row ', id) FROM dbo.kept", connection);
        using var reader = command.ExecuteReader();
        var found = new List<string>();
        while (reader.Read())
        {
            found.Add(reader.GetString(0));
        }

        return [.. found.Order(StringComparer.Ordinal)];
    }

    public async ValueTask DisposeAsync()
    {
        if (database.IsValueCreated)
        {
            await database.Value.DisposeAsync();
        }
    }
}
