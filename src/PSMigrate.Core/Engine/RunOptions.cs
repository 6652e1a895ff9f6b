namespace PSMigrate.Engine;

/// <summary>How a run is carried out.</summary>
public sealed record RunOptions
{
    public static readonly TimeSpan DefaultLockTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Opens the gates that an operator may open: risk without approval, drift, missing dependencies.</summary>
    public bool Force { get; init; }

    /// <summary>Goes on with a run that did not end.</summary>
    public bool Resume { get; init; }

    /// <summary>How long to wait for another runner.</summary>
    public TimeSpan LockTimeout { get; init; } = DefaultLockTimeout;

    /// <summary>Commits steps in a row together with their history rows; false commits each by itself.</summary>
    public bool GroupSteps { get; init; } = true;

    /// <summary>The most steps in one unit of work.</summary>
    public int GroupSize { get; init; } = 500;

    /// <summary>A unit of work is committed once it has lasted this long, so that it does not hold the target's locks.</summary>
    public TimeSpan GroupDuration { get; init; } = TimeSpan.FromSeconds(2);
}

/// <summary>A plan after an act, and the failure when the act failed: the plan's evidence says how far it came.</summary>
public sealed record ActResult(Plans.MigrationPlan Plan, MigrationException? Failure);
