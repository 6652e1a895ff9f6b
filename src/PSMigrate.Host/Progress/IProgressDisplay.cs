namespace PSMigrate.Host.Progress;

/// <summary>Shows progress. The screen calls it, one call at a time.</summary>
internal interface IProgressDisplay
{
    /// <summary>Shows how far an activity is.</summary>
    void Show(Activity activity);

    /// <summary>Gets out of the way of text that is about to be written.</summary>
    /// <param name="forLine">Whether that text ends its line.</param>
    void MakeWay(bool forLine);

    /// <summary>Ends all activities.</summary>
    void End();
}
