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

    private readonly ICrashSite site;
    private readonly string folder;
    private readonly CrashRoom template;
    private readonly MigrationPlan planned;
    private int made;
    private bool keep;

    private CrashRooms(ICrashSite site, string folder, CrashRoom template, MigrationPlan planned)
    {
        this.site = site;
        this.folder = folder;
        this.template = template;
        this.planned = planned;
        Original = WorldOf(template);
    }

    /// <summary>Before anything was done.</summary>
    public World Original { get; }

    /// <summary>After a run that nothing disturbed.</summary>
    public World Migrated { get; private set; } = null!;

    public IReadOnlyList<string> Steps => [.. planned.Steps.Select(s => s.Id)];

    public static async Task<CrashRooms> OpenAsync(ICrashSite site, CancellationToken cancel)
    {
        var folder = Directory.Exists(Memory)
            ? Directory.CreateDirectory(Path.Combine(Memory, $"psmigrate-crash-{Guid.NewGuid():N}")).FullName
            : Directory.CreateTempSubdirectory("psmigrate-crash-").FullName;
        var template = site.Place(new CrashRoom(Path.Combine(folder, "template")));
        SetUp(site, template);
        var plan = await PlanAsync(template, cancel);
        var rooms = new CrashRooms(site, folder, template, plan);
        var undisturbed = rooms.New();
        var outcome = await new Operator(undisturbed).ActAsync(OperatorAct.Run, cancel);
        if (!outcome.Succeeded)
        {
            throw new InvalidOperationException($"The plan does not run: {outcome}");
        }

        rooms.Migrated = rooms.WorldOf(undisturbed);
        return rooms;
    }

    public World WorldOf(CrashRoom room) => World.Of(room, site.ImageOf(room));

    /// <summary>What PSMigrate keeps in the database, but its history, progress and state.</summary>
    public IReadOnlyList<string> CapturesOf(CrashRoom room) => site.CapturesOf(room);

    /// <summary>A room in which nothing has been done yet.</summary>
    /// <param name="move">Puts parts of the room elsewhere.</param>
    public CrashRoom New(Func<CrashRoom, CrashRoom>? move = null)
    {
        var room = new CrashRoom(Path.Combine(folder, $"room-{Interlocked.Increment(ref made)}"));
        room = site.Place(move is null ? room : move(room));
        Copy(template.Scripts, room.Scripts);
        Copy(template.Files, room.Files);
        site.SetUp(room, template);
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
            .BuildAsync(draft with { Targets = WithDatabase(draft.Targets, room.Target) }, room.State.Path, null, cancel);
    }

    /// <summary>The plan as it is in a room, approved there.</summary>
    public static MigrationPlan Approved(CrashRoom room, MigrationPlan plan)
    {
        plan = plan with { BaseFolder = room.Scripts, StatePath = room.State.Path, Targets = WithDatabase(plan.Targets, room.Target) };
        plan = plan with { Hash = PlanHash.Of(plan) };
        return plan.With(new ApprovalEvidence { PlanHash = plan.Hash, At = plan.CreatedAt, By = "colleague@there", Succeeded = true, Summary = "Approved" });
    }

    private static void Export(CrashRoom room, MigrationPlan plan) => File.WriteAllText(room.PlanFile, PlanDocument.ToJson(Approved(room, plan)));

    public static void Copy(string from, string to)
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
        (site as IDisposable)?.Dispose();
        if (!keep)
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void SetUp(ICrashSite site, CrashRoom room)
    {
        Directory.CreateDirectory(room.Scripts);
        Directory.CreateDirectory(room.Files);
        File.WriteAllText(Path.Combine(room.Scripts, "plan.yaml"), site.PlanFile);
        foreach (var (name, text) in site.Scripts)
        {
            File.WriteAllText(Path.Combine(room.Scripts, name), text);
        }

        foreach (var (name, text) in CrashPlan.FilesBefore)
        {
            File.WriteAllText(Path.Combine(room.Files, name), text);
        }

        site.SetUp(room, null);
    }

    private static SortedDictionary<string, TargetAddress> WithDatabase(IReadOnlyDictionary<string, TargetAddress> targets, string database) =>
        new(targets.ToDictionary(t => t.Key, t => t.Value), StringComparer.Ordinal) { [MigrationPlan.DefaultTargetName] = TargetAddress.Parse(database) };
}
