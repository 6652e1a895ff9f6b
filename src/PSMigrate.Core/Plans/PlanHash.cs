using System.Text.Json;
using PSMigrate.Targets;

namespace PSMigrate.Plans;

/// <summary>
/// The hash that evidence is bound to: over everything an author decides and every file's checksum; not over what was
/// observed, nor over where the folder lies, nor over what is cleared away afterwards.
/// </summary>
public static class PlanHash
{
    /// <summary>Lower-case hexadecimal SHA-256.</summary>
    public static string Of(MigrationPlan plan) => Fingerprint.OfText(JsonSerializer.Serialize(
        new
        {
            plan.Name,
            Targets = plan.Targets.Select(t => new { t.Key, Address = t.Value.ToString() }),
            Variables = plan.Variables.OrderBy(v => v.Key, StringComparer.Ordinal).Select(v => new { v.Key, v.Value }),
            plan.Environment,
            plan.Dependencies,
            plan.OnFailure,
            plan.MaintenanceFlag,
            Steps = plan.Steps.Select(s => new
            {
                s.Id,
                s.Kind,
                s.Definition.Target,
                s.Definition.Files,
                Settings = s.Definition.Settings.OrderBy(x => x.Key, StringComparer.Ordinal).Select(x => new { x.Key, x.Value }),
                s.Definition.Repeat,
                s.Definition.Requires,
                s.Definition.Checksum,
            }),
            Checks = plan.Checks.Select(c => new { c.Kind, c.Name, c.Target, Settings = c.Settings.OrderBy(x => x.Key, StringComparer.Ordinal).Select(x => new { x.Key, x.Value }) }),
            plan.Tests,
        },
        PlanDocument.LineOptions));
}
