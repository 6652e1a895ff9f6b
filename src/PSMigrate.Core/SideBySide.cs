namespace PSMigrate;

/// <summary>Does the same to many things on all cores.</summary>
public static class SideBySide
{
    /// <summary>Of several that fail, the first in order is thrown, whichever failed first in time.</summary>
    public static void ForEach<T>(IReadOnlyList<T> items, Action<T> act)
    {
        if (items.Count < 16)
        {
            foreach (var item in items)
            {
                act(item);
            }

            return;
        }

        var failures = new MigrationException?[items.Count];
        Parallel.For(0, items.Count, i =>
        {
            try
            {
                act(items[i]);
            }
            catch (MigrationException e)
            {
                failures[i] = e;
            }
        });
        if (failures.FirstOrDefault(e => e is not null) is { } first)
        {
            throw first;
        }
    }
}
