using PSMigrate.Plans;

namespace PSMigrate.Databases.Scripts;

/// <summary>The order of scripts before requirements are looked at.</summary>
internal static class ScriptOrder
{
    /// <summary>Versions first, then names, then what is applied again and again: that may use all the others have made.</summary>
    public static int Compare(SqlScript? x, SqlScript? y)
    {
        if (x is null || y is null)
        {
            return (x is null ? 0 : 1) - (y is null ? 0 : 1);
        }

        var difference = Group(x).CompareTo(Group(y));
        difference = difference != 0 ? difference : Comparer<ScriptVersion>.Default.Compare(x.Version, y.Version);
        difference = difference != 0 ? difference : NaturalOrder.Instance.Compare(x.Name, y.Name);
        return difference != 0 ? difference : NaturalOrder.Instance.Compare(x.FilePath, y.FilePath);
    }

    private static int Group(SqlScript script) =>
        (script.Repeat == RepeatMode.Once ? 0 : 2) + (script.Version is null ? 1 : 0);
}
