using System.Text.Json.Serialization;
using PSMigrate.Engine;
using PSMigrate.Plans;

namespace PSMigrate.Targets;

/// <summary>
/// A system that can be changed: a database, a folder, a host. It knows how to lock, document, back up and copy itself,
/// and keeps the history of the steps it has had. It knows nothing of plans or runs.
/// Every wait is bounded; failures are <see cref="MigrationException"/>s.
/// </summary>
public abstract class Target(TargetAddress address) : IAsyncDisposable
{
    public TargetAddress Address { get; } = address;

    /// <summary>The same for every way of writing the address of the same system: what locks, journals and comparisons go by.</summary>
    public virtual string Identity => Address.ToString();

    /// <summary>A short name for people: the database's or folder's own name.</summary>
    public abstract string DisplayName { get; }

    /// <summary>Which steps the target has had.</summary>
    public abstract IHistory History { get; }

    /// <summary>What the target itself keeps of what was lost; null where it keeps nothing.</summary>
    public virtual IQuarantine? Quarantine => null;

    /// <summary>Makes sure that the target can be opened and is what its scheme says. Reads only.</summary>
    public abstract Task OpenAsync(CancellationToken cancel);

    /// <summary>Opens a target that may be missing, because its backup is about to be restored.</summary>
    public virtual Task OpenForRestoreAsync(CancellationToken cancel) => OpenAsync(cancel);

    /// <summary>Makes sure, before anything is changed, that it can be changed (rights, space, not read-only).</summary>
    public abstract Task RequireWritableAsync(CancellationToken cancel);

    /// <summary>
    /// Keeps other runners away until disposed. Waits for at most <paramref name="timeout"/>, then fails with
    /// <c>TargetLocked</c>, naming the holder.
    /// </summary>
    public abstract Task<IAsyncDisposable> LockAsync(LockHolder holder, TimeSpan timeout, IMigrationObserver observer, CancellationToken cancel);

    /// <summary>Documents the present state. PSMigrate's own objects are left out.</summary>
    public abstract Task<TargetSnapshot> SnapshotAsync(SnapshotDepth depth, IMigrationObserver observer, CancellationToken cancel);

    /// <summary>Fingerprints of the content of the named objects only; objects that are gone are left out.</summary>
    public abstract Task<IReadOnlyList<ContentFingerprint>> FingerprintAsync(
        IReadOnlyCollection<string> objects, IMigrationObserver observer, CancellationToken cancel);

    /// <summary>
    /// Rows of an object that only one of two targets has, at most <paramref name="most"/> of each; null where this target cannot
    /// compare itself with the other by row.
    /// </summary>
    public virtual Task<RowDifferences?> CompareRowsAsync(Target other, string name, int most, CancellationToken cancel) =>
        Task.FromResult<RowDifferences?>(null);

    /// <summary>The system's own consistency checks, one result each.</summary>
    public abstract Task<IReadOnlyList<CheckResult>> SelfCheckAsync(CancellationToken cancel);

    /// <summary>
    /// Writes a consistent backup into an existing empty folder while others may go on writing, and returns the manifest's
    /// snapshot of exactly what was backed up.
    /// </summary>
    public abstract Task<BackupContent> BackupAsync(string folder, IMigrationObserver observer, CancellationToken cancel);

    /// <summary>Puts a backup's content in the place of the present one.</summary>
    public abstract Task RestoreAsync(string folder, BackupContent content, IMigrationObserver observer, CancellationToken cancel);

    /// <summary>
    /// Opens a backup's content as a target of its own in <paramref name="workFolder"/>, without touching the backup:
    /// what a restore test compares and what is rehearsed on.
    /// </summary>
    public abstract Task<Target> RestoreCopyAsync(string folder, BackupContent content, string workFolder, IMigrationObserver observer, CancellationToken cancel);

    /// <summary>A private copy of the present state in <paramref name="workFolder"/> to rehearse on.</summary>
    public abstract Task<Target> CreateCopyAsync(string workFolder, IMigrationObserver observer, CancellationToken cancel);

    /// <summary>The same as somebody wishes it. What has no rows is copied whole.</summary>
    /// <exception cref="MigrationException">StagingNotPossible.</exception>
    public virtual async Task<RehearsalCopy> CreateCopyAsync(CopyWish wish, string workFolder, IMigrationObserver observer, CancellationToken cancel) => wish.On is null
        ? new RehearsalCopy(await CreateCopyAsync(workFolder, observer, cancel).ConfigureAwait(false))
        : throw NoStaging(wish.On);

    /// <summary>The error for a place that this target's copies cannot be made in.</summary>
    protected MigrationException NoStaging(Target place) =>
        new("StagingNotPossible", ErrorKind.InvalidInput, $"A copy of {Address} cannot be made on {place.Address}: it must be a server of the same engine.")
        {
            Offender = place.Address.ToString(),
            RecommendedAction = "Name a server of the target's own engine under rehearsal, or leave it out: then the copy is made beside the target.",
        };

    /// <summary>
    /// Begins a unit of work in which several steps are applied and recorded together, or returns null where the target has
    /// no transactions. <paramref name="settings"/> is what the steps asked for; only the target understands it.
    /// </summary>
    public abstract Task<IUnitOfWork?> BeginAsync(string settings, CancellationToken cancel);

    public abstract ValueTask DisposeAsync();
}

/// <summary>A transaction on a target. Disposing one that was not committed rolls it back.</summary>
public interface IUnitOfWork : IAsyncDisposable
{
    Task CommitAsync(CancellationToken cancel);
}

/// <summary>Who holds a target, for the message that the other runner sees.</summary>
public sealed record LockHolder(string By, int ProcessId, string RunId, DateTimeOffset Since)
{
    public override string ToString() => $"{By}, process {ProcessId}, run {RunId}, since {Since:yyyy-MM-ddTHH:mm:ssZ}";
}

/// <summary>
/// How much of a target is read: structure, row counts as well, or fingerprints of all content. Rows reads as much, and names the
/// rows that differ where two targets are compared.
/// </summary>
public enum SnapshotDepth { Structure, Counts, Checksums, Rows }

/// <summary>What a target looked like at a moment.</summary>
public sealed record TargetSnapshot(DateTimeOffset At, IReadOnlyList<StructureObject> Objects, IReadOnlyList<ContentFingerprint> Contents)
{
    private Baseline? baseline;

    /// <summary>Objects of kinds that the target does not know: nothing is said of them here.</summary>
    public IReadOnlyList<string> NotCovered { get; init; } = [];

    /// <summary>The structure's fingerprints alone.</summary>
    [JsonIgnore]
    public Baseline Baseline => baseline ??= new Baseline(
        Fingerprint.OfText(Objects.OrderBy(o => o.Key, StringComparer.Ordinal).Select(o => o.Key + "\n" + o.Fingerprint)),
        new SortedDictionary<string, string>(Objects.ToDictionary(o => o.Key, o => o.Fingerprint), StringComparer.Ordinal),
        At);

    /// <summary>Names of the contents that differ, each with what differs.</summary>
    public IReadOnlyList<string> ContentDifferences(TargetSnapshot other)
    {
        var theirs = other.Contents.ToDictionary(c => c.Name, StringComparer.Ordinal);
        var ours = Contents.ToDictionary(c => c.Name, StringComparer.Ordinal);
        return [.. ours.Keys.Union(theirs.Keys).Order(StringComparer.Ordinal).Select(name =>
            (ours.GetValueOrDefault(name), theirs.GetValueOrDefault(name)) switch
            {
                ({ } a, { } b) when a.Rows != b.Rows => $"{name}: {a.Rows} rows became {b.Rows}",
                ({ } a, { } b) when a.Fingerprint != b.Fingerprint => $"{name}: the content of its {b.Rows} rows differs",
                ({ } a, null) => $"{name}: gone, with {a.Rows} rows",
                (null, { } b) => $"{name}: new, with {b.Rows} rows",
                _ => null,
            }).OfType<string>()];
    }
}

/// <summary>One object of a structure.</summary>
/// <param name="Kind">table, index, view, trigger, file, …</param>
/// <param name="Definition">For people: its SQL or its like.</param>
public sealed record StructureObject(string Kind, string Name, string Fingerprint, string Definition)
{
    /// <summary>Its parts in order, such as columns, with what is known of each.</summary>
    public IReadOnlyList<StructurePart> Parts { get; init; } = [];

    [JsonIgnore]
    public string Key => $"{Kind} {Name}";
}

/// <summary>A part of an object: a column, a key.</summary>
public sealed record StructurePart(string Kind, string Name, string Description);

/// <summary>A table's content, independent of row order. The fingerprint is null where only rows were counted.</summary>
public sealed record ContentFingerprint(string Name, long Rows, string? Fingerprint);

/// <summary>Rows that only one of two targets has, each as text: column=value.</summary>
public sealed record RowDifferences(IReadOnlyList<string> OnlyHere, IReadOnlyList<string> OnlyThere);

/// <summary>One thing that was checked.</summary>
public sealed record CheckResult(string Name, bool Passed, string Detail);

/// <summary>What a backup holds.</summary>
public sealed record BackupContent(IReadOnlyList<BackupFile> Files, TargetSnapshot Snapshot);

/// <param name="Path">Relative to the backup's folder.</param>
/// <param name="Sha256">Lower-case hexadecimal.</param>
public sealed record BackupFile(string Path, long Bytes, string Sha256);
