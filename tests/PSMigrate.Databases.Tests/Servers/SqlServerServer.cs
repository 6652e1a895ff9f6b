using System.Globalization;
using Microsoft.Data.SqlClient;
using PSMigrate.Databases.Tests.Crash;
using PSMigrate.Databases.Tests.Servers;
using Xunit;

[assembly: AssemblyFixture(typeof(SqlServerServer))]

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>
/// The server that speaks SQL Server's language, named by the environment variable <c>PSMIGRATE_TEST_SQLSERVER</c>. It may be one that only
/// speaks it: tests of what that lacks say so and are skipped there.
/// </summary>
public sealed class SqlServerServer : IAsyncDisposable
{
    private const string Variable = "PSMIGRATE_TEST_SQLSERVER";

    private readonly string prefix = $"psmigrate_test_{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}_";
    private readonly SemaphoreSlim gate = new(1, 1);
    private int databases;
    private bool? isReal;

    /// <summary>Sessions that tests share where new ones are slow.</summary>
    public KeptSessions Sessions { get; } = new();

    private static string? Given { get; } = Environment.GetEnvironmentVariable(Variable);

    /// <summary>Skips the test where no server is named.</summary>
    public static void SkipWithout() => Assert.SkipWhen(string.IsNullOrWhiteSpace(Given), $"{Variable} names no server.");

    /// <summary>Skips the test where the server is not SQL Server itself.</summary>
    public async Task SkipUnlessRealAsync()
    {
        SkipWithout();
        Assert.SkipUnless(await IsRealAsync(), "The server is Babelfish, which lacks what this test needs.");
    }

    public async Task<bool> IsRealAsync()
    {
        await gate.WaitAsync();
        try
        {
            if (isReal is null)
            {
                await using var connection = new SqlConnection(ConnectionString("master"));
                await connection.OpenAsync();
                await using var command = new SqlCommand("SELECT @@VERSION", connection);
                isReal = (await command.ExecuteScalarAsync() as string)?.Contains("Babelfish", StringComparison.OrdinalIgnoreCase) == false;
            }

            return isReal.Value;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>
    /// Takes one of many cases where the server only speaks SQL Server's language: its catalog is slow, and each case takes many seconds.
    /// All of them are run on a real server, and where everything is asked for.
    /// </summary>
    public void TakeSample()
    {
        const int OneOf = 8;
        SkipWithout();
        if (!SlowTests.Everything && !IsRealAsync().GetAwaiter().GetResult())
        {
            var number = (TestContext.Current.Test?.TestDisplayName ?? "").Aggregate(7u, (hash, c) => unchecked((hash * 31) + c));
            Assert.SkipUnless(number % OneOf == 0, $"Of these cases one in {OneOf} is run on Babelfish; all with {SlowTests.Variable}=all.");
        }
    }

    public string ConnectionString(string database)
    {
        SkipWithout();
        return new SqlConnectionStringBuilder(Given) { InitialCatalog = database, Pooling = false }.ConnectionString;
    }

    /// <summary>An empty database, which goes when it is disposed of.</summary>
    public async Task<SqlServerDatabase> CreateDatabaseAsync()
    {
        SkipWithout();
        var name = string.Create(CultureInfo.InvariantCulture, $"{prefix}{Interlocked.Increment(ref databases)}");
        await ExecuteAsync($"CREATE DATABASE [{name}]");
        return new SqlServerDatabase(this, name);
    }

    /// <summary>Runs a statement in the database <c>master</c>.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using var connection = new SqlConnection(ConnectionString("master"));
        await connection.OpenAsync();
        await using var command = new SqlCommand(sql, connection) { CommandTimeout = 120 };
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>What tests left is dropped: this server lives on after them.</summary>
    public async ValueTask DisposeAsync()
    {
        await Sessions.DisposeAsync();
        if (databases > 0)
        {
            await using var connection = new SqlConnection(ConnectionString("master"));
            await connection.OpenAsync();
            var left = new List<string>();
            await using (var command = new SqlCommand("SELECT name FROM sys.databases WHERE LEFT(name, LEN(@prefix)) = @prefix", connection))
            {
                command.Parameters.AddWithValue("@prefix", prefix);
                await using var reader = await command.ExecuteReaderAsync();
                while (await reader.ReadAsync())
                {
                    left.Add(reader.GetString(0));
                }
            }

            foreach (var name in left)
            {
                await using var drop = new SqlCommand($"DROP DATABASE [{name}]", connection);
                await drop.ExecuteNonQueryAsync();
            }
        }

        gate.Dispose();
    }
}
