using Microsoft.Data.SqlClient;
using PSMigrate.Targets;

namespace PSMigrate.Databases.Servers.SqlServer;

/// <summary>Reads <c>sqlserver:</c> addresses, which are the driver's connection strings.</summary>
internal static class SqlServerAddress
{
    public static ServerAddress Read(TargetAddress address)
    {
        SqlConnectionStringBuilder settings;
        try
        {
            settings = new SqlConnectionStringBuilder(address.ConnectionWithSecrets);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidCastException or KeyNotFoundException)
        {
            throw Invalid(address, e.Message.Split('\n')[0].TrimEnd('.'));
        }

        // A token logs in by itself; a password of the address's own is not overruled.
        var hasOwn = !string.IsNullOrEmpty(settings.Password) || settings.IntegratedSecurity || settings.Authentication != SqlAuthenticationMethod.NotSpecified;
        var token = hasOwn ? null : address.Login?.TakeToken();
        if (!hasOwn && token is null && address.Login?.TakeAccount() is { } account)
        {
            (settings.UserID, settings.Password) = account;
        }

        if (token is not null && !string.IsNullOrEmpty(settings.UserID))
        {
            throw Invalid(address, "it names a user, and a token logs in by itself");
        }

        if (string.IsNullOrEmpty(settings.DataSource))
        {
            throw Invalid(address, "it names no server");
        }

        if (string.IsNullOrEmpty(settings.InitialCatalog))
        {
            throw Invalid(address, "it names no database");
        }

        return new ServerAddress(settings.ConnectionString, settings.DataSource, settings.InitialCatalog,
            $"sqlserver:{settings.DataSource.ToLowerInvariant()}/{settings.InitialCatalog.ToLowerInvariant()}", $"{settings.DataSource}, database {settings.InitialCatalog}")
        {
            AccessToken = token,
        };
    }

    private static MigrationException Invalid(TargetAddress address, string why) =>
        new("TargetAddressInvalid", ErrorKind.InvalidInput, $"'{address}' is not a SQL Server target: {why}.")
        {
            Offender = address.ToString(),
            RecommendedAction = "Write sqlserver: and the driver's connection string, such as sqlserver:Server=localhost;Database=Shop;Integrated Security=true.",
        };
}
