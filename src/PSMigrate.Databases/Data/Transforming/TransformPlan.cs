using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Data.Transforming;

/// <summary>A transform with the table that it is about, as it is.</summary>
/// <param name="Key">The columns that tell its rows apart and give them an order.</param>
/// <param name="Columns">The columns that get a new value, each with the expression for it.</param>
internal sealed record TransformPlan(DbObject Table, IReadOnlyList<DbObject> Key, IReadOnlyList<(DbObject Column, string Expression)> Columns, string? Where)
{
    /// <exception cref="MigrationException">TransformTableNotFound, TransformColumnNotFound, TransformNoKey, TransformKeyColumn.</exception>
    public static TransformPlan Of(string step, TransformDefinition definition, DataDoor door, DbStructure structure)
    {
        var tables = structure.Objects.Where(o => o.Kind == DbKinds.Table && door.HoldsRows(o)).ToList();
        bool Is(DbObject table, StringComparison comparison) => table.FullName.Equals(definition.Table, comparison)
            || (table.Name.Equals(definition.Table, comparison) && (table.Schema == door.DefaultSchema || tables.Count(t => t.Name.Equals(definition.Table, comparison)) == 1));
        var table = tables.FirstOrDefault(t => Is(t, StringComparison.Ordinal)) ?? tables.FirstOrDefault(t => Is(t, StringComparison.OrdinalIgnoreCase))
            ?? throw Error("TransformTableNotFound", ErrorKind.NotFound, $"'{step}' transforms the table '{definition.Table}', which is not there.", Nearest.Suggest(definition.Table, tables.Select(t => t.FullName)));
        var columns = structure.ColumnsOf(table.Key);
        var set = definition.Set.Select(s => (Column: columns.FirstOrDefault(c => c.Name == s.Key) ?? columns.FirstOrDefault(c => c.Name.Equals(s.Key, StringComparison.OrdinalIgnoreCase))
            ?? throw Error("TransformColumnNotFound", ErrorKind.NotFound, $"'{step}' gives {table.FullName}.{s.Key} a new value, and there is no such column.", Nearest.Suggest(s.Key, columns.Select(c => c.Name))), Expression: s.Value)).ToList();
        if (set.FirstOrDefault(s => s.Column.Facet(DbFacets.Generated) is not null || s.Column.Facet(DbFacets.WrittenByEngine) is not null).Column is { } generated)
        {
            throw Error("TransformColumnNotFound", ErrorKind.InvalidInput, $"'{step}' gives {generated.FullName} a new value, which the engine itself computes.", "Change what it is computed from.");
        }

        var key = door.KeyOf(table, structure);
        return key.Count == 0
            ? throw Error("TransformNoKey", ErrorKind.NotSupported, $"'{step}': {table.FullName} has no key, so that its rows cannot be taken one batch after the other.", "Give it a primary key, or change its rows by a script.")
            : set.Any(s => key.Any(k => k.Name == s.Column.Name))
                ? throw Error("TransformKeyColumn", ErrorKind.InvalidInput, $"'{step}' gives a column of the key of {table.FullName} a new value: the rows could not be told apart while they change.", "Change keys by a script.")
                : new TransformPlan(table, key, set, definition.Where);
        MigrationException Error(string errorId, ErrorKind kind, string message, string action) => new(errorId, kind, message) { Offender = step, RecommendedAction = action };
    }
}
