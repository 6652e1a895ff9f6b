namespace PSMigrate.Host.Tests;

/// <summary>The whole way, from the cmdlet to the disk: a process that runs a plan is killed, and another one goes on or back.</summary>
public sealed class KilledRunTests : IDisposable
{
    private const string Plan =
        """
        target: "sqlite:Data Source=shop.db;Mode=ReadWriteCreate"
        maintenance: { flag: ./offline }
        steps:
          - sql: ./1_tables.sql
          - sql: ./2_loose.sql
          - script: { do: ./switch.ps1, undo: ./switch-back.ps1, check: ./is-switched.ps1 }
          - sql: ./4_drop.sql
        """;

    private const string Run = "$ErrorActionPreference = 'Stop'; $null = New-MigrationPlan plan.yaml | Invoke-Migration -Force -Confirm:$false -WarningAction Ignore; [Console]::WriteLine('ended')";

    /// <summary>Says that it was begun, and then never ends unless it may.</summary>
    private const string Switch =
        """
        [IO.File]::WriteAllText([IO.Path]::Combine($PSScriptRoot, 'new.conf'), 'new')
        while (-not [IO.File]::Exists([IO.Path]::Combine($PSScriptRoot, 'may-end'))) { [Console]::WriteLine('switching'); [Threading.Thread]::Sleep(50) }
        [IO.File]::WriteAllText([IO.Path]::Combine($PSScriptRoot, 'current'), 'new.conf')
        """;

    private const string SwitchBack =
        """
        [IO.File]::Delete([IO.Path]::Combine($PSScriptRoot, 'current'))
        [IO.File]::Delete([IO.Path]::Combine($PSScriptRoot, 'new.conf'))
        """;

    private readonly ScriptFolder folder = new(Run);

    public KilledRunTests()
    {
        Write("plan.yaml", Plan);
        Write("1_tables.sql", "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT, w TEXT); INSERT INTO t VALUES (1, 'a', 'x'), (2, 'b', 'y');");
        Write("2_loose.sql", "-- Transaction: none\nUPDATE t SET v = v || '!' WHERE id = 1;\nVACUUM;\nUPDATE t SET v = v || '!' WHERE id = 2;");
        Write("4_drop.sql", "ALTER TABLE t DROP COLUMN w");
        Write("switch.ps1", Switch);
        Write("switch-back.ps1", SwitchBack);
        Write("is-switched.ps1", "[IO.File]::Exists([IO.Path]::Combine($PSScriptRoot, 'current'))");
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task It_goes_on_where_it_was_killed_and_all_of_it_can_be_undone()
    {
        await KillWhileSwitchingAsync();
        Write("may-end", "");

        var refused = await folder.Run();
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("did not end", refused.Error, StringComparison.Ordinal);
        Assert.Contains("-Resume", refused.Error, StringComparison.Ordinal);
        Assert.Contains("Undo-Migration", refused.Error, StringComparison.Ordinal);

        var resumed = await RunAsync("(New-MigrationPlan plan.yaml | Invoke-Migration -Resume -Force -Confirm:$false -WarningAction Ignore).Run.Steps | & { process { $_.Step + ' ' + $_.Result } }");
        Assert.Equal(["1_tables applied", "2_loose applied", "switch applied", "4_drop applied"], resumed.Lines);
        Assert.True(Exists("current"));
        Assert.False(Exists("offline"));
        // A check reads what the database holds now, by a program that knows nothing of how it came there.
        Write("check.yaml", "target: sqlite:shop.db\nsteps: [ { sql: ./1_tables.sql } ]\nchecks:\n  - { query: \"select group_concat(v) from t\", expect: \"a!,b!\" }\n");
        Assert.Equal(["True"], (await RunAsync("(Test-MigrationIntegrity (New-MigrationPlan check.yaml) | & { process { if ($_.Name -like '*group_concat*') { $_ } } }).Passed")).Lines);

        Assert.Equal(["4"], (await RunAsync("(Undo-Migration -Target sqlite:shop.db -Confirm:$false).Undo.Steps.Count")).Lines);
        AssertAsBefore();
    }

    [Fact]
    public async Task It_goes_back_from_where_it_was_killed()
    {
        await KillWhileSwitchingAsync();
        Assert.True(Exists("offline"));

        var undone = await RunAsync("(Undo-Migration -Target sqlite:shop.db -Confirm:$false).Undo.Steps | & { process { $_.Step + ' ' + $_.Result } }");

        Assert.Equal(["switch undone", "2_loose undone", "1_tables undone"], undone.Lines);
        AssertAsBefore();
        Write("may-end", "");
        Assert.Contains("ended", (await folder.Run()).Lines);
    }

    private async Task KillWhileSwitchingAsync()
    {
        using var host = HostProcess.StartIn(folder.Folder, folder.Script);
        await host.WaitFor("switching\n");
        host.KillHard();
        Assert.NotEqual(0, (await host.End()).ExitCode);
    }

    private async Task<HostResult> RunAsync(string command)
    {
        var result = await HostProcess.Run(["-Command", "$ErrorActionPreference = 'Stop'; " + command], folder: folder.Folder);
        Assert.True(result.ExitCode == 0, result.Error);
        return result;
    }

    private void AssertAsBefore()
    {
        Assert.False(Exists("current"));
        Assert.False(Exists("new.conf"));
        Assert.False(Exists("offline"));
    }

    private bool Exists(string name) => File.Exists(Path.Combine(folder.Folder, name));

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(folder.Folder, name), text);
}
