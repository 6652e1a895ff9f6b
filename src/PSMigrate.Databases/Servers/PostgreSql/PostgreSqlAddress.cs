using System.Globalization;
using Npgsql;
using PSMigrate.Targets;

namespace PSMigrate.Databases.Servers.PostgreSql;

/// <summary>Reads <c>postgres:</c> addresses, which are the driver's connection strings.</summary>
internal static class PostgreSqlAddress
{
    public static ServerAddress Read(TargetAddress address)
    {
        NpgsqlConnectionStringBuilder settings;
        try
        {
            settings = new NpgsqlConnectionStringBuilder(address.ConnectionWithSecrets);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidCastException or KeyNotFoundException or NotSupportedException)
        {
            throw Invalid(address, e.Message.Split('\n')[0].TrimEnd('.'));
        }

        if (string.IsNullOrEmpty(settings.Password) && address.Login?.TakeAccount() is { } account)
        {
            (settings.Username, settings.Password) = account;
        }

        if (string.IsNullOrEmpty(settings.Host))
        {
            throw Invalid(address, "it names no host");
        }

        if (!Encryption.IsSaid(address.ConnectionWithSecrets, "SslMode") && !Encryption.StaysOnMachine(settings.Host))
        {
            settings.SslMode = SslMode.Require;
        }

        var database = settings.Database ?? settings.Username ?? throw Invalid(address, "it names no database");
        var place = $"{settings.Host.ToLowerInvariant()}:{settings.Port.ToString(CultureInfo.InvariantCulture)}/{database}";
        return new ServerAddress(settings.ConnectionString, settings.Host, database, $"postgres:{place}", $"{settings.Host}:{settings.Port.ToString(CultureInfo.InvariantCulture)}, database {database}");
    }

    private static MigrationException Invalid(TargetAddress address, string why) =>
        new("TargetAddressInvalid", ErrorKind.InvalidInput, $"'{address}' is not a PostgreSQL target: {why}.")
        {
            Offender = address.ToString(),
            RecommendedAction = "Write postgres: and the driver's connection string, such as postgres:Host=localhost;Database=shop;Username=deploy;Password=${env:SHOP_PASSWORD}.",
        };
}
