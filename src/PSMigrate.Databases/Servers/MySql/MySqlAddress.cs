using System.Globalization;
using MySqlConnector;
using PSMigrate.Targets;

namespace PSMigrate.Databases.Servers.MySql;

/// <summary>Reads <c>mysql:</c> addresses, which are the driver's connection strings.</summary>
internal static class MySqlAddress
{
    public static ServerAddress Read(TargetAddress address)
    {
        MySqlConnectionStringBuilder settings;
        try
        {
            settings = new MySqlConnectionStringBuilder(address.ConnectionWithSecrets);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidCastException or KeyNotFoundException or InvalidOperationException)
        {
            throw Invalid(address, e.Message.Split('\n')[0].TrimEnd('.'));
        }

        if (string.IsNullOrEmpty(settings.Password) && address.Login?.TakeAccount() is { } account)
        {
            (settings.UserID, settings.Password) = account;
        }

        if (string.IsNullOrEmpty(settings.Server))
        {
            throw Invalid(address, "it names no server");
        }

        if (string.IsNullOrEmpty(settings.Database))
        {
            throw Invalid(address, "it names no database");
        }

        if (!Encryption.IsSaid(address.ConnectionWithSecrets, "SslMode") && !Encryption.StaysOnMachine(settings.Server))
        {
            settings.SslMode = MySqlSslMode.Required;
        }

        var place = $"{settings.Server.ToLowerInvariant()}:{settings.Port.ToString(CultureInfo.InvariantCulture)}/{settings.Database}";
        return new ServerAddress(settings.ConnectionString, settings.Server, settings.Database, $"mysql:{place}",
            $"{settings.Server}:{settings.Port.ToString(CultureInfo.InvariantCulture)}, database {settings.Database}");
    }

    private static MigrationException Invalid(TargetAddress address, string why) =>
        new("TargetAddressInvalid", ErrorKind.InvalidInput, $"'{address}' is not a MySQL or MariaDB target: {why}.")
        {
            Offender = address.ToString(),
            RecommendedAction = "Write mysql: and the driver's connection string, such as mysql:Server=localhost;Database=shop;User ID=deploy;Password=${env:SHOP_PASSWORD}.",
        };
}
