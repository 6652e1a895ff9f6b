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

    private protected override string Session(DbConnection connection) => $"session {((SqlConnection)connection).ServerProcessId}";

    private protected override void SkipUnlessLocksAreToldOf() =>
        Assert.SkipUnless(server.IsRealAsync().GetAwaiter().GetResult(), "The server is Babelfish, whose error 1222 has another number.");
}
