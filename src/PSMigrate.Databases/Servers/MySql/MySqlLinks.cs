using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.MySql;

/// <summary>Says what objects need of each other, once all of them are known.</summary>
internal static class MySqlLinks
{
    public static List<DbObject> Resolve(IEnumerable<DbObject> read)
    {
        var objects = read.ToList();
        var keys = objects.Select(o => o.Key).ToHashSet(StringComparer.Ordinal);
        var names = Routines(objects);
        var parts = objects.Where(o => o.Parent is not null).ToLookup(o => o.Parent!, StringComparer.Ordinal);
        return [.. objects.Select(one => one with
        {
            Needs = [.. one.Needs.Concat(More(one, parts, names)).Where(keys.Contains).Where(key => key != one.Key).Distinct()],
        })];
    }

    private static IEnumerable<string> More(DbObject one, ILookup<string, DbObject> parts, ILookup<string, string> routines) => one.Kind switch
    {
        DbKinds.ForeignKey => ReferredParts(one, parts),
        DbKinds.Trigger => Called(one, routines),
        _ => [],
    };

    /// <summary>The columns that a foreign key refers to, and the key by which the server finds them.</summary>
    private static IEnumerable<string> ReferredParts(DbObject foreignKey, ILookup<string, DbObject> parts)
    {
        var referred = parts[foreignKey.RefersTo!].ToList();
        var key = referred.Where(p => p.Kind is DbKinds.PrimaryKey or DbKinds.UniqueKey or DbKinds.Index && MySqlTableReader.BeginsWith(p.Columns, foreignKey.ReferredColumns))
            .OrderBy(p => p.Kind == DbKinds.PrimaryKey ? 0 : p.Kind == DbKinds.UniqueKey ? 1 : 2).FirstOrDefault();
        return foreignKey.ReferredColumns.Select(c => DbObject.KeyOf(DbKinds.Column, foreignKey.RefersTo, "", c))
            .Concat(key is null ? [foreignKey.RefersTo!] : [key.Key, foreignKey.RefersTo!]);
    }

    /// <summary>Routines whose name a trigger's body has: the server looks for them only when the trigger runs.</summary>
    private static IEnumerable<string> Called(DbObject trigger, ILookup<string, string> routines) =>
        MySqlTokens.Read(trigger.Facet(MySqlFacets.Definition)!).Where(t => t.Kind is MySqlTokenKind.Word or MySqlTokenKind.Name).SelectMany(t => routines[t.Name]).Distinct();

    private static ILookup<string, string> Routines(IEnumerable<DbObject> objects) => objects
        .Where(o => o.Kind is DbKinds.Function or DbKinds.Procedure or MySqlKinds.Package)
        .ToLookup(o => o.Name, o => o.Key, StringComparer.OrdinalIgnoreCase);
}
