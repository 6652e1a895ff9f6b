using System.Globalization;
using FluentMigrator;
using FluentMigrator.Infrastructure;
using FluentMigrator.Runner;

namespace PSMigrate.Benchmarks.Contenders;

/// <summary>Gives FluentMigrator one migration for each script of a folder, numbered as the files are.</summary>
internal sealed class ScriptMigrationLoader(string folder) : IMigrationInformationLoader
{
    /// <inheritdoc />
    public SortedList<long, IMigrationInfo> LoadMigrations()
    {
        var migrations = new SortedList<long, IMigrationInfo>();
        foreach (var file in Directory.EnumerateFiles(folder, "*.sql"))
        {
            var name = Path.GetFileNameWithoutExtension(file);
            var number = name[..name.IndexOf('_', StringComparison.Ordinal)];
            var version = long.Parse(number, NumberStyles.None, CultureInfo.InvariantCulture);
            migrations.Add(version, new MigrationInfo(version, TransactionBehavior.Default, new ScriptMigration(file)));
        }

        return migrations;
    }
}
