using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.SqlClient;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>A connection whose session is kept when it is closed.</summary>
internal sealed class KeptConnection(SqlConnection session, string connectionString, string database, KeptSessions home) : DbConnection
{
    private bool isClosed;

    [AllowNull]
    public override string ConnectionString { get => connectionString; set => throw new NotSupportedException(); }

    public override string Database => session.Database;

    public override string DataSource => session.DataSource;

    public override string ServerVersion => session.ServerVersion;

    public override ConnectionState State => isClosed ? ConnectionState.Closed : session.State;

    public override void ChangeDatabase(string databaseName) => session.ChangeDatabase(databaseName);

    public override void Open() => throw new NotSupportedException();

    public override void Close()
    {
        if (!isClosed)
        {
            isClosed = true;
            home.TakeBack(session, database);
        }
    }

    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) => session.BeginTransaction(isolationLevel);

    protected override DbCommand CreateDbCommand() => session.CreateCommand();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Close();
        }

        base.Dispose(disposing);
    }
}
