using Microsoft.Data.Sqlite;
using PSMigrate.Databases.Crash;
using PSMigrate.Engine;
using PSMigrate.Plans;
using PSMigrate.Targets;

namespace PSMigrate.Databases.Tests.Crash;

/// <summary>
/// Makes rooms that are all alike: one is set up and planned, the others are copies of it. What the plan does to the world when
/// nothing disturbs it is found out once.
/// </summary>
internal sealed class CrashRooms : IDisposable
{
    /// <summary>A process that is killed leaves the same behind there as on a disk, and nobody waits for the disk.</summary>
    private const string Memory = "/dev/shm";

    private readonly string folder;
    private readonly CrashRoom template;
    private readonly MigrationPlan planned;
    private int made;
    private bool keep;

    private CrashRooms(string folder, CrashRoom template, MigrationPlan planned)
    {
        this.folder = folder;
        this.template = template;
        this.planned = planned;
        Original = World.Of(template);
    }

    /// <summary>Before anything was done.</summary>
    public World Original { get; }

    /// <summary>After a run that nothing disturbed.</summary>
    public World Migrated { get; private set; } = null!;

    public IReadOnlyList<string> Steps => [.. planned.Steps.Select(s => s.Id)];

    public static async Task<CrashRooms> OpenAsync(CancellationToken cancel)
    {
        var folder = Directory.Exists(Memory)
            ? Directory.CreateDirectory(Path.Combine(Memory, $"psmigrate-crash-{Guid.NewGuid():N}")).FullName
            : Directory.CreateTempSubdirectory("psmigrate-crash-").FullName;
        var template = new CrashRoom(Path.Combine(folder, "template"));
        SetUp(template);
        var plan = await PlanAsync(template, cancel);
        var rooms = new CrashRooms(folder, template, plan);
        var undisturbed = rooms.New();
        var outcome = await new Operator(undisturbed).ActAsync(OperatorAct.Run, cancel);
        if (!outcome.Succeeded)
        {
            throw new InvalidOperationException($"The plan does not run: {outcome}");
        }

        rooms.Migrated = World.Of(undisturbed);
        return rooms;
    }

    /// <summary>A room in which nothing has been done yet.</summary>
    /// <param name="move">Puts parts of the room elsewhere.</param>
    public CrashRoom New(Func<CrashRoom, CrashRoom>? move = null)
    {
        var room = new CrashRoom(Path.Combine(folder, $"room-{Interlocked.Increment(ref made)}"));
        room = move is null ? room : move(room);
        Copy(template.Scripts, room.Scripts);
        Copy(template.Files, room.Files);
        Copy(Path.GetDirectoryName(template.Database)!, Path.GetDirectoryName(room.Database)!);
        Export(room, planned);
        return room;
    }

    /// <summary>Plans what lies in the room now, as an author does who has changed a script.</summary>
    public static async Task PlanAgainAsync(CrashRoom room, CancellationToken cancel) => Export(room, await PlanAsync(room, cancel));

    public static async Task<MigrationPlan> PlanAsync(CrashRoom room, CancellationToken cancel, string file = "plan.yaml")
    {
        var services = room.NewServices();
        var draft = PlanFileReader.Read(Path.Combine(room.Scripts, file), services);
        return await new PlanBuilder(services, SilentObserver.Instance)
            .BuildAsync(draft with { Targets = WithDatabase(draft.Targets, room.Database) }, room.State.Path, null, cancel);
    }

    /// <summary>The plan as it is in a room, approved there.</summary>
    public static MigrationPlan Approved(CrashRoom room, MigrationPlan plan)
    {
        plan = plan with { BaseFolder = room.Scripts, StatePath = room.State.Path, Targets = WithDatabase(plan.Targets, room.Database) };
        plan = plan with { Hash = PlanHash.Of(plan) };
        return plan.With(new ApprovalEvidence { PlanHash = plan.Hash, At = plan.CreatedAt, By = "colleague@there", Succeeded = true, Summary = "Approved" });
    }

    private static void Export(CrashRoom room, MigrationPlan plan) => File.WriteAllText(room.PlanFile, PlanDocument.ToJson(Approved(room, plan)));

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
    }

    /// <summary>A room in which something went wrong stays, to be looked at.</summary>
    public void Keep() => keep = true;

    public void Dispose()
    {
        if (!keep)
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void SetUp(CrashRoom room)
    {
        foreach (var part in new[] { room.Scripts, room.Files, Path.GetDirectoryName(room.Database)! })
        {
            Directory.CreateDirectory(part);
        }

        File.WriteAllText(Path.Combine(room.Scripts, "plan.yaml"), CrashPlan.PlanFile);
        foreach (var (name, text) in CrashPlan.Scripts)
        {
            File.WriteAllText(Path.Combine(room.Scripts, name), text);
        }

        foreach (var (name, text) in CrashPlan.FilesBefore)
        {
            File.WriteAllText(Path.Combine(room.Files, name), text);
        }

        using var connection = new SqliteConnection($"Data Source={room.Database};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = CrashPlan.Setup;
        command.ExecuteNonQuery();
    }

    private static SortedDictionary<string, TargetAddress> WithDatabase(IReadOnlyDictionary<string, TargetAddress> targets, string database) =>
        new(targets.ToDictionary(t => t.Key, t => t.Value), StringComparer.Ordinal) { [MigrationPlan.DefaultTargetName] = TargetAddress.Parse($"sqlite:{database}") };
}
