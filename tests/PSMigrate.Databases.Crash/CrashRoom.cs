using PSMigrate.Databases.Data.Copying;
using PSMigrate.Databases.Data.Transforming;
using PSMigrate.Databases.Servers;
using PSMigrate.Databases.Servers.MySql;
using PSMigrate.Databases.Servers.PostgreSql;
using PSMigrate.Databases.Sqlite;
using PSMigrate.Engine;
using PSMigrate.Infrastructure;
using PSMigrate.Journal;
using PSMigrate.Plans;
using PSMigrate.Steps;
using PSMigrate.Targets;

namespace PSMigrate.Databases.Crash;

/// <summary>
/// Where a migration is killed: a folder with a database, the plan with its scripts, the files that its script steps change, and
/// the history of a machine of its own, so that the real one is left alone.
/// </summary>
public sealed class CrashRoom(string folder)
{
    public string Folder { get; } = folder;

    /// <summary>The plan, exported and approved.</summary>
    public string PlanFile => Path.Combine(Folder, "plan.json");

    public string Scripts => Path.Combine(Folder, "plan");

    public string Database { get; init; } = Path.Combine(folder, "data", "shop.db");

    /// <summary>Its address, where it is on a server and no file.</summary>
    public string? Server { get; init; }

    /// <summary>The address of what is migrated.</summary>
    public string Target => Server ?? $"sqlite:{Database}";

    /// <summary>What the script steps change.</summary>
    public string Files => Path.Combine(Folder, "files");

    public string Machine { get; init; } = Path.Combine(folder, "machine");

    /// <summary>Where a process that only counts notes the moments at which it could be killed.</summary>
    public string Moments => Path.Combine(Folder, "moments.txt");

    public StateFolder State { get; init; } = new(Path.Combine(folder, "state"));

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Folders of backups, the first that was made first; some may be no more than begun.</summary>
    public IReadOnlyList<string> Backups()
    {
        var folder = Path.Combine(State.Path, "backups");
        return Directory.Exists(folder) ? [.. Directory.GetDirectories(folder).Order(StringComparer.Ordinal)] : [];
    }

    public MigrationPlan ReadPlan() => PlanDocument.Read(File.ReadAllText(PlanFile), Folder, PlanFile);

    /// <summary>What one process of an operator's has.</summary>
    public MigrationServices NewServices(KillSwitch? kills = null, IJournalWatch? watch = null) => new()
    {
        Catalog = new MigrationCatalog()
            .Add(new SqliteTargetKind())
            .Add(new ServerTargetKind(() => new PostgreSqlEngine()))
            .Add(new ServerTargetKind(() => new MySqlEngine()))
            .Add(new OwnMachineKind(Machine))
            .Add(new SqlStepKind())
            .Add(new CopyStepKind())
            .Add(new TransformStepKind())
            .Add(new ScriptStepKind())
            .Add(new QueryCheckKind()),
        Actor = "operator@here",
        Scripts = new FileScripts(Files, kills),
        JournalWatch = watch ?? kills,
        Clock = Clock,
    };

    private sealed class OwnMachineKind(string folder) : ITargetKind
    {
        public string Scheme => "host";

        public TargetAddress Normalize(TargetAddress address, string currentFolder) => address;

        public Target Open(TargetAddress address) => new HostTarget(address, folder);
    }
}
