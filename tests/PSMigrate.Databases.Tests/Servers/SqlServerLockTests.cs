using System.Data.Common;
using Microsoft.Data.SqlClient;
using PSMigrate.Databases.Tests.Engine;
using Xunit;

namespace PSMigrate.Databases.Tests.Servers;

[Collection(SqlServerCollection.Name)]
public sealed class SqlServerLockTests(SqlServerServer server) : LockContract
{
    private protected override string Begin => "BEGIN TRANSACTION";

    private protected override string HoldNotes => "UPDATE notes SET text = 'theirs'";

    private protected override TestDatabase NewDatabase() => new SqlServerTestDatabase(server, keepsSessions: false);

    private protected override DbConnection Connect(string connectionString) => new SqlConnection(connectionString);

    /// <summary>The number is asked for: what the driver knows is the one in the packets, which is another on servers that only speak T-SQL.</summary>
    private protected override string Session(DbConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT @@SPID";
        return FormattableString.Invariant($"session {command.ExecuteScalar()}");
    }

    private protected override void SkipUnlessLocksAreToldOf() =>
        Assert.SkipUnless(server.IsRealAsync().GetAwaiter().GetResult(), "The server is Babelfish, whose error 1222 has another number.");
}
