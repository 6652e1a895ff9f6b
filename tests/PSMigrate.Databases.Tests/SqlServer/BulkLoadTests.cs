using PSMigrate.Databases.Servers;
using PSMigrate.Databases.Servers.SqlServer;
using PSMigrate.Databases.Servers.SqlServer.Backups;
using PSMigrate.Databases.Servers.Structure;
using PSMigrate.Databases.Tests.Servers;
using Xunit;

namespace PSMigrate.Databases.Tests.SqlServer;

/// <summary>
/// What a built-in backup has read of a column is what a bulk copy puts into another, for each type that one takes. Tables have one column here:
/// of several, servers that only speak T-SQL tell the driver but the last.
/// </summary>
[Collection(SqlServerCollection.Name)]
public sealed class BulkLoadTests(SqlServerServer server)
{
    /// <summary>Each type with values that differ from each other; NULL is among all of them.</summary>
    private static readonly (string Type, string Values)[] Columns =
    [
        ("int", "(1), (-2147483648), (NULL)"), ("bigint", "(9223372036854775807), (NULL)"), ("smallint", "(-32768), (NULL)"), ("tinyint", "(255), (0), (NULL)"), ("bit", "(1), (0), (NULL)"),
        ("decimal(38,10)", "(1234567890123456789012345678.0123456789), (-0.5), (NULL)"), ("numeric(9,2)", "(1.10), (NULL)"), ("money", "(1.2345), (-922337203685477.5808), (NULL)"),
        ("float", "(0.1), (1e300), (-0.0), (NULL)"), ("real", "(CAST(0.1 AS real)), (NULL)"), ("date", "('0001-01-01'), ('9999-12-31'), (NULL)"), ("time(6)", "('23:59:59.123456'), ('00:00'), (NULL)"),
        ("datetime", "('2020-02-29T01:02:03.997'), ('1753-01-01'), (NULL)"), ("datetime2(6)", "('2020-02-29 01:02:03.123456'), (NULL)"), ("smalldatetime", "('2020-02-29T01:02:00'), (NULL)"),
        ("datetimeoffset(6)", "('2020-02-29 01:02:03.123456 +02:00'), (NULL)"), ("uniqueidentifier", "('C77E26D0-AFDB-4692-A543-BDCC75F6E931'), (NULL)"),
        ("varchar(20)", "('a'), (''), (' b '), (NULL)"), ("nvarchar(40)", "(N'Björn 漢字'), (N''), (NULL)"), ("nvarchar(max)", "(REPLICATE(CONVERT(nvarchar(max), N'x'), 9000)), (NULL)"),
        ("varbinary(20)", "(0x00FF), (0x), (NULL)"), ("varbinary(max)", "(CONVERT(varbinary(max), REPLICATE(CONVERT(varchar(max), 'y'), 9000))), (NULL)"), ("xml", "('<a>1</a>'), (NULL)"),
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_type_arrives_as_it_was_read()
    {
        await using var database = await server.CreateDatabaseAsync();
        await using var session = await database.OpenSessionAsync();
        foreach (var (type, values) in Columns)
        {
            await session.ExecuteAsync($"CREATE TABLE dbo.[from {type}] (v {type} NULL); CREATE TABLE dbo.[to {type}] (v {type} NULL)", Cancel);
            await session.ExecuteAsync($"INSERT INTO dbo.[from {type}] VALUES {values}", Cancel);
            var form = new SqlServerColumnForm(new DbObject { Kind = DbKinds.Column, Name = "v", Facets = new SortedDictionary<string, string>(StringComparer.Ordinal) { [DbFacets.Type] = type } });
            Assert.NotNull(form.BulkType);
            var rows = await ReadAsync(session, form, $"from {type}");

            await SqlServerBulkLoad.SendAsync(session, $"[dbo].[to {type}]", [form], [.. rows.Select(r => new[] { r })], Cancel);

            Assert.Equal(Shown(rows), Shown(await ReadAsync(session, form, $"to {type}")));
        }
    }

    [Fact]
    public async Task It_is_part_of_the_transaction_that_is_open()
    {
        await using var database = await server.CreateDatabaseAsync();
        await using var session = await database.OpenSessionAsync();
        await session.ExecuteAsync("CREATE TABLE dbo.t (v int IDENTITY(1, 1) NOT NULL)", Cancel);
        var form = new SqlServerColumnForm(new DbObject { Kind = DbKinds.Column, Name = "v", Facets = new SortedDictionary<string, string>(StringComparer.Ordinal) { [DbFacets.Type] = "int" } });
        var engine = new SqlServerEngine();
        foreach (var end in new[] { engine.Rollback, engine.Commit })
        {
            await session.ExecuteAsync(engine.BeginTransaction, Cancel);
            await SqlServerBulkLoad.SendAsync(session, "[dbo].[t]", [form], [["7"u8.ToArray()], ["9"u8.ToArray()]], Cancel);
            await session.ExecuteAsync(end, Cancel);
        }

        Assert.Equal([7, 9], await session.ListAsync("SELECT v FROM dbo.t ORDER BY v", row => row.GetInt32(0), Cancel));
    }

    private static async Task<List<byte[]?>> ReadAsync(ServerSession session, SqlServerColumnForm form, string table) =>
        await session.ListAsync($"SELECT {string.Join(", ", form.Read())} FROM dbo.[{table}]", row => row.IsDBNull(0) ? null : form.Encode(row.GetProviderSpecificValue(0), null), Cancel);

    /// <summary>The driver puts a mark of its encoding before xml, which SQL Server takes off and Babelfish does not.</summary>
    private static List<string> Shown(List<byte[]?> rows) =>
        [.. rows.Select(r => r is null ? "NULL" : Convert.ToHexString(r)).Select(r => r.StartsWith("EFBBBF", StringComparison.Ordinal) ? r[6..] : r).Order(StringComparer.Ordinal)];
}
