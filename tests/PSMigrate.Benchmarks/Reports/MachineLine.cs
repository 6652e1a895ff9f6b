using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using PSMigrate.Benchmarks.Contenders;
using PSMigrate.Benchmarks.Measurements;

namespace PSMigrate.Benchmarks.Reports;

/// <summary>What the numbers were measured on.</summary>
internal static class MachineLine
{
    /// <summary>The machine, the versions, and what a durable write costs here.</summary>
    public static string Read(BenchmarkRoom room)
    {
        var database = room.NewFile();
        using var connection = new SqliteConnection(database.ConnectionString);
        connection.Open();
        var line = string.Join("; ",
        [
            $"{Environment.ProcessorCount} cores",
            $"{RuntimeInformation.OSDescription} {RuntimeInformation.OSArchitecture}",
            RuntimeInformation.FrameworkDescription,
            $"SQLite {connection.ServerVersion}",
            $"journal_mode {Pragma("journal_mode")}, synchronous {Pragma("synchronous")} (the defaults, for everyone)",
            $"{new DriveInfo(room.Path).DriveFormat}, flush of one page {Cell.Number(FlushCost.MedianMilliseconds(room))} ms",
        ]);
        return "Machine: " + line + Environment.NewLine + ReadLoad();

        string Pragma(string name)
        {
            using var command = connection.CreateCommand();
            command.CommandText = $"PRAGMA {name}";
            return Convert.ToString(command.ExecuteScalar(), CultureInfo.InvariantCulture) ?? "";
        }
    }

    /// <summary>When it is, and how busy the machine is where it says so.</summary>
    public static string ReadLoad()
    {
        const string load = "/proc/loadavg";
        var now = DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return File.Exists(load)
            ? $"Load at {now}: {string.Join(' ', File.ReadAllText(load).Split(' ').Take(3))}"
            : $"At {now}";
    }
}
