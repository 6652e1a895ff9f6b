using Microsoft.Data.SqlClient;
using PSMigrate.Databases.Servers;
using PSMigrate.Databases.Servers.SqlServer;
using PSMigrate.Databases.Tests.Targets;
using PSMigrate.Targets;
using Xunit;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>What any target must do, on SQL Server.</summary>
[Collection(SqlServerCollection.Name)]
public sealed class SqlServerTargetTests(SqlServerServer server) : TargetContract
{
    [Fact]
    public async Task Wrong_passwords_and_ports_are_told_apart()
    {
        SqlServerServer.SkipWithout();
        var right = new SqlConnectionStringBuilder(server.ConnectionString("master"));
        await using var login = New(new SqlConnectionStringBuilder(right.ConnectionString) { Password = "wrong" }.ConnectionString);
        await Sql.Refused.WithAsync("LoginFailed", () => login.OpenAsync(Cancel));
        await using var port = New(new SqlConnectionStringBuilder(right.ConnectionString) { DataSource = "127.0.0.1,1", ConnectTimeout = 5 }.ConnectionString);
        await Sql.Refused.WithAsync("ServerNotReached", () => port.OpenAsync(Cancel));
        await using var host = New(new SqlConnectionStringBuilder(right.ConnectionString) { DataSource = "no-such-host.invalid", ConnectTimeout = 5 }.ConnectionString);
        await Sql.Refused.WithAsync("ServerNotReached", () => host.OpenAsync(Cancel));
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_is_refused()
    {
        SqlServerServer.SkipWithout();
        var trusting = new SqlConnectionStringBuilder(server.ConnectionString("master"));
        Assert.SkipUnless(trusting.TrustServerCertificate, "The server's certificate is trusted by this machine.");
        await using var target = New(new SqlConnectionStringBuilder(trusting.ConnectionString) { TrustServerCertificate = false }.ConnectionString);
        await Sql.Refused.WithAsync("CertificateNotTrusted", () => target.OpenAsync(Cancel));
    }

    protected override async Task<Target> CreateAsync()
    {
        var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsync(
            "CREATE TABLE dbo.customers (id int NOT NULL CONSTRAINT pk_customers PRIMARY KEY, name nvarchar(50) NULL, photo varbinary(max) NULL)",
            "CREATE TABLE dbo.bag (x varchar(20) NULL)",
            "CREATE TABLE dbo.counted (id int IDENTITY(5, 5) NOT NULL CONSTRAINT pk_counted PRIMARY KEY, at datetime2(3) NULL, g uniqueidentifier NULL, m money NULL, f float NULL)",
            "CREATE VIEW dbo.names AS SELECT name FROM dbo.customers",
            "CREATE TRIGGER dbo.t ON dbo.customers AFTER DELETE AS BEGIN SET NOCOUNT ON END",
            "INSERT INTO dbo.customers VALUES (1, N'Ada', 0x00FF), (2, NULL, NULL), (3, N'3', CONVERT(varbinary(max), REPLICATE(CONVERT(varchar(max), 'x'), 9000)))",
            "INSERT INTO dbo.bag VALUES ('1'), ('1'), ('1.0'), (''), (NULL)",
            "INSERT INTO dbo.counted (at, g, m, f) VALUES ('2020-02-29T01:02:03.456', 'C77E26D0-AFDB-4692-A543-BDCC75F6E931', 1.25, 0.1), (NULL, NULL, NULL, NULL)");
        return await OpenAsync(database.ConnectionString);
    }

    protected override Task<Target> OpenAgainAsync(Target target) => OpenAsync(target.Address.ConnectionWithSecrets);

    protected override Target Missing() => New(server.ConnectionString("psmigrate_not_there"));

    protected override IReadOnlyList<(string Name, Func<Task> Act)> StructureChanges(Target target) =>
    [
        Change(target, "ALTER TABLE dbo.bag ADD y int NULL"),
        Change(target, "EXEC sp_rename 'dbo.bag.y', 'z', 'COLUMN'"),
        Change(target, "CREATE TABLE dbo.made (a int NOT NULL CONSTRAINT pk_made PRIMARY KEY)"),
        Change(target, "CREATE INDEX bag_x ON dbo.bag (x)"),
        Change(target, "DROP VIEW dbo.names"),
        Change(target, "CREATE VIEW dbo.names AS SELECT name, id FROM dbo.customers"),
        Change(target, "DROP TRIGGER dbo.t"),
        Change(target, "CREATE TYPE dbo.short FROM nvarchar(5) NULL"),
        Change(target, "DROP TABLE dbo.made"),
    ];

    protected override IReadOnlyList<(string Name, Func<Task> Act)> ContentChanges(Target target) =>
    [
        Change(target, "UPDATE dbo.customers SET name = N'ada' WHERE id = 1"),
        Change(target, "UPDATE dbo.customers SET name = N'' WHERE id = 2"),
        Change(target, "UPDATE dbo.customers SET photo = 0x00FE WHERE id = 1"),
        Change(target, "INSERT INTO dbo.bag (x) VALUES ('1')"),
        Change(target, "DELETE FROM dbo.customers WHERE id = 3"),
        Change(target, "UPDATE dbo.customers SET id = 9 WHERE id = 1"),
    ];

    protected override Task ReorderContentAsync(Target target) => Change(target, "UPDATE dbo.bag SET x = x; UPDATE dbo.customers SET name = name WHERE id = 1").Act();

    private static (string Name, Func<Task> Act) Change(Target target, string sql) => (sql, async () =>
    {
        await using var connection = new SqlConnection(target.Address.ConnectionWithSecrets);
        await connection.OpenAsync(Cancel);
        await using var command = new SqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Cancel);
    });

    private static async Task<Target> OpenAsync(string connection)
    {
        var target = New(connection);
        await target.OpenAsync(Cancel);
        return target;
    }

    private static ServerTarget New(string connection) => new(TargetAddress.Parse($"sqlserver:{connection}"), new SqlServerEngine());
}
