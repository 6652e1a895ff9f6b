using System.Data.Common;
using Npgsql;
using PSMigrate.Databases.Tests.Engine;

namespace PSMigrate.Databases.Tests.Servers;

public sealed class PostgreSqlLockTests(PostgreSqlServer server) : LockContract
{
    private protected override string HoldNotes => "LOCK TABLE notes IN EXCLUSIVE MODE";

    private protected override TestDatabase NewDatabase() => new PostgreSqlTestDatabase(server);

    private protected override DbConnection Connect(string connectionString) => new NpgsqlConnection(connectionString);

    private protected override string Session(DbConnection connection) => $"process {((NpgsqlConnection)connection).ProcessID}";
}
