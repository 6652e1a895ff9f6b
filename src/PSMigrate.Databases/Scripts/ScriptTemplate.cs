using System.Globalization;
using PSMigrate.Plans;

namespace PSMigrate.Databases.Scripts;

/// <summary>The guide's template for a new script.</summary>
public static class ScriptTemplate
{
    public static string Text(string name, MigrationType type, string description, DateOnly date) => $"""
        -- Migration: {name}
        -- Date: {date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}
        -- Description: {description.ReplaceLineEndings(" ").Trim()}

        -- Forward migration
        BEGIN TRANSACTION;
        {(type == MigrationType.Data ? "-- UPDATE customers SET country = 'DE' WHERE country = 'Germany';" : "-- ALTER TABLE customers ADD COLUMN email TEXT;")}
        COMMIT;

        -- Rollback (if needed)
        -- BEGIN TRANSACTION;
        -- COMMIT;

        """.ReplaceLineEndings("\n");
}
