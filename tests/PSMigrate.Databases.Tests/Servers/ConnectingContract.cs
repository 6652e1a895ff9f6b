using System.Data.Common;
using PSMigrate.Databases.Servers;
using PSMigrate.Databases.Tests.Engine;
using PSMigrate.Databases.Tests.Sql;
using PSMigrate.Engine;
using PSMigrate.Plans;
using PSMigrate.Targets;
using Xunit;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>Who gets in, and what those are told who do not: each with an error of its own, what to do, and never the password.</summary>
public abstract class ConnectingContract
{
    private const string Wrong = "not-the-password";

    private protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A database with a table <c>notes</c>.</summary>
    private protected abstract Task<TestDatabase> NewDatabaseAsync();

    /// <summary>The driver's words for host, port, database, user, password, and for an encrypted connection whose certificate is checked.</summary>
    private protected abstract (string Host, string Port, string Database, string User, string Password, string Checked) Words { get; }

    /// <summary>Whether the session is encrypted: a query that gives yes or no.</summary>
    private protected abstract string IsEncrypted { get; }

    /// <summary>Makes an account that may only read, and gives its name and password.</summary>
    private protected abstract (string User, string Password) NewReader(TestDatabase database);

    [Fact]
    public async Task A_host_that_is_not_there() => await RefusedAsync("ServerNotReached", c => c[Words.Host] = "psmigrate-no-such-host.invalid");

    [Fact]
    public async Task A_port_at_which_nobody_listens() => await RefusedAsync("ServerNotReached", c => c[Words.Port] = "1");

    [Fact]
    public async Task A_wrong_password() => await RefusedAsync("LoginFailed", c => c[Words.Password] = Wrong);

    [Fact]
    public async Task An_account_that_is_not_there() => await RefusedAsync("LoginFailed", c => c[Words.User] = "nobody_of_that_name");

    [Fact]
    public async Task A_database_that_is_not_there() => await RefusedAsync("TargetNotFound", c => c[Words.Database] = "psmigrate_not_there");

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for() => await RefusedAsync("CertificateNotTrusted", c =>
    {
        var word = Words.Checked.Split('=');
        c[word[0]] = word[1];
    });

    [Fact]
    public async Task Connections_are_encrypted_without_being_asked_for()
    {
        using var database = await NewDatabaseAsync();
        var connection = Read(database);
        foreach (var key in connection.Keys.Cast<string>().Where(k => k.Replace(" ", "", StringComparison.Ordinal).StartsWith("ssl", StringComparison.OrdinalIgnoreCase) || k.Equals("encrypt", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            connection.Remove(key);
        }

        await using var target = Open(database, connection.ConnectionString);
        await target.OpenAsync(Cancel);
        Assert.Equal("yes", await ((ServerTarget)target).Session.ScalarAsync<string>(IsEncrypted, Cancel));
    }

    [Fact]
    public async Task A_credential_stands_in_for_a_password_that_the_address_does_not_have()
    {
        using var database = await NewDatabaseAsync();
        var connection = Read(database);
        var login = new TargetLogin { User = (string)connection[Words.User], Password = (string)connection[Words.Password] };
        connection.Remove(Words.Password);
        connection.Remove(Words.User);

        await using var target = database.Kind.Open(Address(database, connection.ConnectionString) with { Login = login });
        await target.OpenAsync(Cancel);

        Assert.True(login.WasUsed);
        Assert.DoesNotContain(login.Password, target.Address.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_of_the_address_is_not_overruled()
    {
        using var database = await NewDatabaseAsync();
        var login = new TargetLogin { User = "somebody", Password = Wrong };
        await using var target = database.Kind.Open(TargetAddress.Parse(database.Target) with { Login = login });
        await target.OpenAsync(Cancel);
        Assert.False(login.WasUsed);
    }

    [Fact]
    public async Task An_account_that_may_only_read_is_told_while_planning_what_it_lacks()
    {
        using var folder = new MigrationFolder("", _ => NewDatabaseAsync().GetAwaiter().GetResult());
        var address = TargetAddress.Parse(folder.Target);
        var reader = NewReader(folder.TestDatabase);
        var connection = new DbConnectionStringBuilder { ConnectionString = address.ConnectionWithSecrets };
        connection[Words.User] = reader.User;
        connection[Words.Password] = reader.Password;
        folder.Script("V1__change.sql", "UPDATE notes SET text = 'b';\nALTER TABLE notes ADD COLUMN more INTEGER;\nCREATE TABLE made (x INTEGER);\n");
        var before = folder.Image();

        var error = await Refused.WithAsync("RightsMissing", () => folder.PlanAsync(FolderDrafts.OfFolder(folder.Scripts), $"{address.Scheme}:{connection.ConnectionString}"));

        Assert.Equal(ErrorKind.Denied, error.Kind);
        Assert.Contains("notes", error.Message, StringComparison.Ordinal);
        Assert.Contains("CREATE", error.Message, StringComparison.Ordinal);
        Assert.Equal("", before.DifferenceTo(folder.Image()));
    }

    private async Task RefusedAsync(string errorId, Action<DbConnectionStringBuilder> change)
    {
        using var database = await NewDatabaseAsync();
        var connection = Read(database);
        change(connection);
        await using var target = Open(database, connection.ConnectionString);

        var error = await Refused.WithAsync(errorId, () => target.OpenAsync(Cancel));

        Assert.NotNull(error.Offender);
        for (Exception? e = error; e is not null; e = e.InnerException)
        {
            Assert.DoesNotContain((string)connection[Words.Password], e.Message, StringComparison.Ordinal);
        }
    }

    private static DbConnectionStringBuilder Read(TestDatabase database) => new() { ConnectionString = TargetAddress.Parse(database.Target).ConnectionWithSecrets };

    private static TargetAddress Address(TestDatabase database, string connection) => TargetAddress.Parse($"{TargetAddress.Parse(database.Target).Scheme}:{connection}");

    private static Target Open(TestDatabase database, string connection) => database.Kind.Open(Address(database, connection));
}
