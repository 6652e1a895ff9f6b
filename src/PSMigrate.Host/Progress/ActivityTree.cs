namespace PSMigrate.Host.Progress;

/// <summary>The activities that go on, and which of them to show when there is room for one line only.</summary>
internal sealed class ActivityTree
{
    // In the order of their last news, newest at the end.
    private readonly List<Activity> activities = [];

    public void Update(Activity activity)
    {
        activities.RemoveAll(known => known.Key == activity.Key);
        if (activity.IsCompleted)
        {
            activities.RemoveAll(known => known.Parent == activity.Key);
        }
        else
        {
            activities.Add(activity);
        }
    }

    public void Clear() => activities.Clear();

    /// <summary>The activity with the latest news, with those it is a part of before it and its own parts after it.</summary>
    public IReadOnlyList<Activity> Current()
    {
        var chain = new List<Activity>();

        for (Activity? above = activities.LastOrDefault(); above is not null && !chain.Contains(above); above = ParentOf(above))
        {
            chain.Insert(0, above);
        }

        while (chain.Count > 0 && LatestPartOf(chain[^1]) is Activity part && !chain.Contains(part))
        {
            chain.Add(part);
        }

        return chain;
    }

    private Activity? ParentOf(Activity activity) => activities.Find(known => known.Key == activity.Parent);

    private Activity? LatestPartOf(Activity activity) => activities.FindLast(known => known.Parent == activity.Key);
}
