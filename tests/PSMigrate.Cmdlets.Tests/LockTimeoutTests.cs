using System.Diagnostics;
using PSMigrate.Cmdlets.Tests.Shell;

namespace PSMigrate.Cmdlets.Tests;

/// <summary>How long to wait is written as people write it.</summary>
public sealed class LockTimeoutTests : CmdletTest
{
    [Theory]
    [InlineData("1", 1)]
    [InlineData("'1'", 1)]
    [InlineData("1s", 1)]
    [InlineData("0.5", 0.5)]
    [InlineData("500ms", 0.5)]
    [InlineData("00:00:00.5", 0.5)]
    [InlineData("([System.TimeSpan]::FromSeconds(0.5))", 0.5)]
    [InlineData("0", 0)]
    public void A_number_is_seconds(string written, double seconds)
    {
        Room.Shop();
        Room.Write("do.ps1", $"[System.IO.File]::WriteAllText('{Room["begun"]}', ''); while (-not [System.IO.File]::Exists('{Room["go"]}')) {{ [System.Threading.Thread]::Sleep(20) }}");
        Room.Write("undo.ps1", "");
        Room.Write("slow.yaml", "target: sqlite:shop.db\nsteps:\n  - script: { do: ./do.ps1, undo: ./undo.ps1 }\n");
        Session.Do("$plan = New-MigrationPlan migrations sqlite:shop.db");
        using var other = new Session(Room.Folder);
        using var holding = other.Start("New-MigrationPlan slow.yaml | Invoke-Migration -Force -Confirm:$false");
        Wait.Until(() => File.Exists(Room["begun"]));

        var clock = Stopwatch.StartNew();
        var error = Session.Refused($"$plan | Invoke-Migration -Confirm:$false -LockTimeout {written}");
        var waited = clock.Elapsed.TotalSeconds;
        Room.Write("go", "");
        Assert.Equal("TargetLocked,PSMigrate.Cmdlets.InvokeMigrationCommand", error.FullyQualifiedErrorId);
        Assert.InRange(waited, seconds, seconds + 10);
        Assert.Null(holding.Wait().Terminating?.ToString());
    }

    [Theory]
    [InlineData("Invoke-Migration", "soon")]
    [InlineData("Invoke-Migration", "-5")]
    [InlineData("Undo-Migration", "99h")]
    [InlineData("Restore-MigrationTarget", "1x")]
    public void What_is_no_time_is_refused(string cmdlet, string written)
    {
        Room.Shop();
        var error = Session.Refused($"New-MigrationPlan migrations sqlite:shop.db | {cmdlet} -Confirm:$false -LockTimeout {written}");
        Assert.StartsWith("ParameterArgumentTransformationError,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("no time to wait", error.ToString(), StringComparison.Ordinal);
    }
}
