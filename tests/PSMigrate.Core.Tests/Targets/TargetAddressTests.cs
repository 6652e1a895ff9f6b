using System.Data.Common;
using System.Text.Json;
using CsCheck;
using PSMigrate.Plans;
using PSMigrate.Targets;

namespace PSMigrate.Core.Tests.Targets;

public sealed class TargetAddressTests
{
    private const string Secret = "hunter2";

    [Theory]
    [InlineData("sqlite:shop.db", "sqlite", "shop.db")]
    [InlineData("SQLite: shop.db ", "sqlite", "shop.db")]
    [InlineData("sqlite:C:\\data\\shop.db", "sqlite", "C:\\data\\shop.db")]
    [InlineData("host:", "host", "")]
    [InlineData("sqlite:/data/a=b;c.db", "sqlite", "/data/a=b;c.db")]
    [InlineData("postgres:Host=db;Database=shop", "postgres", "Host=db;Database=shop")]
    public void Reads_scheme_and_connection(string text, string scheme, string connection)
    {
        var address = TargetAddress.Parse(text);
        Assert.Equal((scheme, connection), (address.Scheme, address.Connection));
        Assert.Equal(connection, address.ConnectionWithSecrets);
        Assert.False(address.SecretIsMissing);
    }

    [Theory]
    [InlineData("")]
    [InlineData("shop.db")]
    [InlineData("C:\\data\\shop.db")]
    [InlineData(":shop.db")]
    [InlineData("my-db:shop.db")]
    public void Refuses_what_has_no_scheme(string text) =>
        Assert.Equal("TargetAddressInvalid", Assert.Throws<MigrationException>(() => TargetAddress.Parse(text)).ErrorId);

    [Theory]
    [InlineData("Password=hunter2")]
    [InlineData("PASSWORD = hunter2 ;Server=x")]
    [InlineData("Server=x;pwd=hunter2")]
    [InlineData("Server=x;Pass Word=hunter2")]
    [InlineData("Server=x;user_password=hunter2")]
    [InlineData("Server=x;Password = 'a;hunter2'")]
    [InlineData("Server=x;Password='it''s;hunter2';Database=y")]
    [InlineData("Server=x;Password=\"a;\"\"hunter2\";Database=y")]
    [InlineData("Server=x;Password='hunter2")]
    [InlineData("Server=x;Password='hunter2;Database=y")]
    [InlineData("Server=x;Password='a'hunter2;Database=y")]
    [InlineData("Server=x;Password=a;hunter2")]
    [InlineData("Server=x;Password=a; ;hunter2;Database=y")]
    [InlineData("Server=x;Password=one;Password=hunter2")]
    [InlineData("Server=x;Password=hunter2;Password=two")]
    [InlineData("Server=x;Password=${env:A}hunter2")]
    [InlineData("Server=x;Password=${hunter2")]
    [InlineData("Server=x;\tPassword\t=\thunter2")]
    [InlineData("Server=x;\nPassword=hunter2\n;Database=y")]
    [InlineData("Host=x;PSW=hunter2")]
    [InlineData("Host=x;SSL Password=hunter2")]
    [InlineData("Host=x;CertificatePassword=hunter2")]
    [InlineData("Server=x;Access Token=hunter2")]
    [InlineData("AccountKey=hunter2==;AccountName=x")]
    [InlineData("Client Secret=hunter2")]
    [InlineData(";;Password=hunter2;;")]
    [InlineData("Password=***;Pwd=hunter2")]
    [InlineData("//user:hunter2@host/db")]
    [InlineData("//user:a@hunter2@host/db")]
    [InlineData("//host/db?user=x&password=hunter2&a=b")]
    [InlineData("//host/db?pass%77ord=hunter2")]
    public void A_secret_is_never_shown(string connection)
    {
        var address = TargetAddress.Parse("postgres:" + connection);
        Assert.Equal(connection.Trim(), address.ConnectionWithSecrets);
        Assert.DoesNotContain(Secret, address.ToString());
        Assert.DoesNotContain(Secret, JsonSerializer.Serialize(address));
        Assert.DoesNotContain(Secret, JsonSerializer.Serialize(address, PlanDocument.LineOptions));
        Assert.Contains("***", address.Connection);
        var plan = SamplePlans.Of("x") with { Targets = new SortedDictionary<string, TargetAddress> { ["target"] = address } };
        Assert.DoesNotContain(Secret, PlanDocument.ToYaml(plan) + PlanDocument.ToJson(plan) + plan);
        // Read back from a plan, it cannot be opened, and knows it.
        Assert.True(new TargetAddress(address.Scheme, address.Connection).SecretIsMissing);
        // Hiding twice hides no more.
        Assert.Equal(address.Connection, TargetAddress.Parse(address.ToString()).Connection);
    }

    [Theory]
    [InlineData("Server=x;Password=${env:SHOP_PASSWORD}")]
    [InlineData("Server=x;Password='${secret:shop}';Database=y")]
    [InlineData("//user:${env:SHOP_PASSWORD}@host/db")]
    [InlineData("Server=x;Persist Security Info=false;TrustServerCertificate=true;Passfile=/etc/pg")]
    public void References_and_other_keys_are_left_as_written(string connection)
    {
        var address = TargetAddress.Parse("postgres:" + connection);
        Assert.Equal(connection, address.Connection);
        Assert.False(address.SecretIsMissing);
    }

    [Fact]
    public void What_is_refused_is_not_shown_either()
    {
        var error = Assert.Throws<MigrationException>(() => TargetAddress.Parse("Server=x;Password=hunter2"));
        Assert.DoesNotContain(Secret, $"{error} {error.Offender} {error.RecommendedAction}");
    }

    [Fact]
    public void Whatever_a_driver_reads_as_the_password_is_hidden() =>
        Gen.Select(Gen.String[Gen.Char["abc;='\"{} \t$"], 1, 10], Gen.Bool, (noise, before) => (noise, before)).Sample(x =>
        {
            var written = new DbConnectionStringBuilder();
            if (x.before)
            {
                written["Server"] = x.noise;
            }

            written["Password"] = x.noise + "hunter2" + x.noise;
            written["Database"] = "shop";
            var address = TargetAddress.Parse("sqlserver:" + written.ConnectionString);
            Assert.DoesNotContain(Secret, address.ToString());
            var shown = new DbConnectionStringBuilder { ConnectionString = address.Connection };
            Assert.Equal("***", shown["Password"]);
            Assert.Equal("shop", shown["Database"]);
            Assert.Equal(x.before ? written["Server"] : null, x.before ? shown["Server"] : null);
        }, iter: 2000);

    [Fact]
    public void Equal_addresses_differ_in_no_more_than_the_secret() =>
        Assert.Equal(TargetAddress.Parse("mysql:Server=x;Password=one"), TargetAddress.Parse("mysql:Server=x;Password=two"));
}
