using Microsoft.Data.SqlClient;
using PSMigrate.Databases.Servers;
using PSMigrate.Databases.Servers.SqlServer;
using PSMigrate.Databases.Tests.Sql;
using PSMigrate.Targets;
using Xunit;

namespace PSMigrate.Databases.Tests.SqlServer;

/// <summary>What a connection to SQL Server logs in with: a token, an account, or what the address has of its own; never two of them.</summary>
public sealed class SqlServerLoginTests
{
    private const string Bare = "Server=db;Database=Shop";
    private const string Token = "eyJ0eXAi.secret";

    [Fact]
    public async Task The_connection_carries_the_token_and_no_account()
    {
        var login = new TargetLogin { User = "deploy", Password = "P@ss", AccessToken = Token };

        var (connection, token) = await OpenedAsync(Bare, login);

        Assert.Equal(Token, token);
        Assert.True(login.WasUsed);
        var settings = new SqlConnectionStringBuilder(connection);
        Assert.Equal(("", ""), (settings.UserID, settings.Password));
        Assert.DoesNotContain(Token, connection, StringComparison.Ordinal);
        // The driver itself takes both together from nobody.
        using var driver = new SqlConnection(connection) { AccessToken = token };
        Assert.Throws<InvalidOperationException>(() => new SqlConnection($"{connection};User ID=deploy;Password=x") { AccessToken = token });
    }

    [Fact]
    public async Task An_account_is_put_into_the_connection_where_no_token_is_given()
    {
        var (connection, token) = await OpenedAsync(Bare, new TargetLogin { User = "deploy", Password = "P@ss;word" });

        var settings = new SqlConnectionStringBuilder(connection);
        Assert.Equal(("deploy", "P@ss;word", null), (settings.UserID, settings.Password, token));
    }

    [Theory]
    [InlineData("User ID=app;Password=own")]
    [InlineData("Integrated Security=true")]
    [InlineData("Authentication=Active Directory Managed Identity")]
    public async Task What_the_address_has_of_its_own_is_not_overruled(string own)
    {
        var login = new TargetLogin { User = "deploy", Password = "P@ss", AccessToken = Token };

        var (connection, token) = await OpenedAsync($"{Bare};{own}", login);

        Assert.Null(token);
        Assert.False(login.WasUsed);
        Assert.DoesNotContain("P@ss", connection, StringComparison.Ordinal);
    }

    [Fact]
    public void A_token_beside_a_user_of_the_address_is_refused_and_not_shown()
    {
        var error = Refused.With("TargetAddressInvalid", () => new SqlServerEngine().Read(Address($"{Bare};User ID=app", new TargetLogin { AccessToken = Token })));

        Assert.Contains("a token logs in by itself", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Token, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Bare, "Mandatory")]
    [InlineData(Bare + ";Encrypt=Strict", "Strict")]
    [InlineData(Bare + ";Encrypt=Optional", "Optional")]
    public async Task Connections_are_encrypted_unless_the_address_says_otherwise(string address, string encrypt)
    {
        var (connection, _) = await OpenedAsync(address, new TargetLogin { User = "deploy", Password = "P@ss" });

        var settings = new SqlConnectionStringBuilder(connection);
        Assert.Equal(encrypt, settings.Encrypt == SqlConnectionEncryptOption.Mandatory ? "Mandatory" : settings.Encrypt == SqlConnectionEncryptOption.Strict ? "Strict" : "Optional");
        Assert.False(settings.TrustServerCertificate);
    }

    private static async Task<(string Connection, string? Token)> OpenedAsync(string address, TargetLogin login)
    {
        (string, string?) opened = ("", null);
        var engine = new SqlServerEngine
        {
            Opening = (connection, token, _) =>
            {
                opened = (connection, token);
                return Task.FromResult<System.Data.Common.DbConnection>(new SqlConnection());
            },
        };
        await using var session = await engine.ConnectAsync(engine.Read(Address(address, login)), null, TestContext.Current.CancellationToken);
        return opened;
    }

    private static TargetAddress Address(string connection, TargetLogin login) => TargetAddress.Parse($"sqlserver:{connection}") with { Login = login };
}
