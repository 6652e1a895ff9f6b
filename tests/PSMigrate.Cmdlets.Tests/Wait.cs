using System.Diagnostics;

namespace PSMigrate.Cmdlets.Tests;

internal static class Wait
{
    /// <summary>Waits for what will be so in a moment; a test that waits for longer has failed.</summary>
    public static void Until(Func<bool> so)
    {
        var clock = Stopwatch.StartNew();
        while (!so())
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), "Waited for too long.");
            Thread.Sleep(10);
        }
    }
}
