namespace PSMigrate.Cmdlets.Tests;

/// <summary>Paths are PowerShell's: relative to where the session stands, never to where the process does.</summary>
public sealed class PathTests : CmdletTest
{
    [Fact]
    public void Relative_paths_begin_where_the_session_stands()
    {
        var shop = Room.Shop();
        Session.Do("""
            $run = New-MigrationPlan ./migrations sqlite:./shop.db -StatePath ./state | Backup-MigrationTarget | Invoke-Migration -Confirm:$false
            $null = $run | Export-MigrationPlan ./exported.json
            $null = New-MigrationScript add_phone ./migrations
            """);
        Assert.Equal("id,name,email", shop.Columns("customers"));
        Assert.True(Directory.Exists(Room["state/runs"]));
        Assert.True(File.Exists(Room["exported.json"]));
        Assert.True(File.Exists(Room["migrations/003_add_phone.sql"]));
        Assert.Equal("migrations", Session.One("Get-MigrationPlan ./exported.json").Name);
        Assert.Equal("migrations", Session.One("Get-MigrationPlan -RunId $run.Run.RunId -StatePath state").Name);
        Assert.Equal(2, Session.Do("Get-MigrationHistory sqlite:shop.db").Count);
        Session.Do("$null = New-MigrationScript add_fax");
        Assert.True(File.Exists(Room["001_add_fax.sql"]));
    }

    [Fact]
    public void A_plan_that_was_made_elsewhere_stays_what_it_is()
    {
        var shop = Room.Shop();
        Session.Do("$plan = New-MigrationPlan ./migrations sqlite:./shop.db");
        Directory.CreateDirectory(Room["elsewhere"]);
        Session.GoTo(Room["elsewhere"]);
        Session.Do("$run = $plan | Test-MigrationPlan | Backup-MigrationTarget | Invoke-Migration -Confirm:$false");
        Assert.Equal("customers", shop.Tables);
        Session.Do("Undo-Migration -Target sqlite:../shop.db -Confirm:$false");
        Assert.Equal("", shop.Tables);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Room["elsewhere"]));
    }

    [Fact]
    public void A_session_that_stands_in_no_folder_still_has_one()
    {
        Room.Shop();
        Session.Do("$ExecutionContext.SessionState.Path.SetLocation('Variable:')");
        var error = Session.Refused("New-MigrationScript add_phone migrations");
        Assert.Equal("PathNotInFileSystem,PSMigrate.Cmdlets.NewMigrationScriptCommand", error.FullyQualifiedErrorId);
        Assert.Equal("PathNotInFileSystem,PSMigrate.Cmdlets.NewMigrationPlanCommand", Session.Complains("New-MigrationPlan migrations sqlite:shop.db").FullyQualifiedErrorId);
        Assert.Equal("PathNotInFileSystem,PSMigrate.Cmdlets.GetMigrationPlanCommand", Session.Complains("Get-MigrationPlan plan.json").FullyQualifiedErrorId);
        Assert.Equal(2, Session.One($"New-MigrationPlan '{Room["migrations"]}' sqlite:shop.db").Steps.Count);
    }

    [Fact]
    public void Wildcards_find_plans()
    {
        Room.Shop();
        Room.Write("more/001_more.sql", "CREATE TABLE more (id INTEGER);");
        Assert.Equal(["migrations", "more"], Session.Do("(New-MigrationPlan mi*s, mo?e sqlite:shop.db).Name").Select(n => n.ToString()));
        Assert.Equal(2, Session.One("New-MigrationPlan migrations/*.sql sqlite:shop.db").Steps.Count);
        Session.Do("New-MigrationPlan mi*, mo* sqlite:shop.db | ForEach-Object { $_ | Export-MigrationPlan \"$($_.Name).json\" }");
        Assert.Equal(["migrations", "more"], Session.Do("(Get-MigrationPlan m*.json).Name").Select(n => n.ToString()));
    }

    [Theory]
    [InlineData("New-MigrationPlan nothing*", "PathNotFound,PSMigrate.Cmdlets.NewMigrationPlanCommand")]
    [InlineData("New-MigrationPlan nothing*/*.sql", "PathNotFound,PSMigrate.Cmdlets.NewMigrationPlanCommand")]
    [InlineData("Get-MigrationPlan nothing*.json", "PlanNotFound,PSMigrate.Cmdlets.GetMigrationPlanCommand")]
    public void Wildcards_that_find_nothing_are_an_error(string script, string errorId)
    {
        var error = Session.Complains(script);
        Assert.Equal(errorId, error.FullyQualifiedErrorId);
        Assert.Contains("-LiteralPath", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("release [1]")]
    [InlineData("it's \"quoted\" $x")]
    [InlineData("größe 日本 🐘")]
    [InlineData("semi;colon=and&more")]
    public void Any_name_of_a_folder_will_do(string name)
    {
        if (OperatingSystem.IsWindows() && name.Contains('"', StringComparison.Ordinal))
        {
            Assert.Skip("Windows allows no such name.");
        }

        var shop = Room.Shop($"{name}/shop.db", $"{name}/scripts");
        Session.GoTo(Room[name]);
        Session["target"] = "sqlite:" + shop.Path;
        Session["folder"] = Room[$"{name}/scripts"];
        Session.Do("""
            $results = New-MigrationPlan -LiteralPath $folder -Target $target |
                Test-MigrationPlan | Backup-MigrationTarget | Invoke-Migration -Confirm:$false | Test-MigrationIntegrity
            """);
        Assert.Equal("id,name,email", shop.Columns("customers"));
        Session.Do("New-MigrationPlan -LiteralPath scripts -Target sqlite:shop.db | Export-MigrationPlan 'my [2] plan.yaml'");
        Assert.Equal("scripts", Session.One("Get-MigrationPlan -LiteralPath 'my [2] plan.yaml'").Name);
        Session.Do("Undo-Migration -Target $target -Confirm:$false");
        Assert.Equal("", shop.Tables);
        Assert.True(Directory.Exists(Room[$"{name}/.psmigrate/runs"]));
    }

    [Fact]
    public void A_drive_of_PowerShell_is_understood()
    {
        Room.Shop();
        Session.Do($"$null = $ExecutionContext.SessionState.Drive.New([System.Management.Automation.PSDriveInfo]::new('work', $ExecutionContext.SessionState.Provider.GetOne('FileSystem'), '{Room.Folder}', '', $null), 'global')");
        Assert.Equal(2, Session.One("New-MigrationPlan work:/migrations sqlite:shop.db").Steps.Count);
    }

    [Fact]
    public void A_target_is_completed_from_where_the_session_stands()
    {
        Room.Shop();
        Room.Database("with space.db");
        Room.Write("notes.txt", "");
        var found = Session.Do("[System.Management.Automation.CommandCompletion]::CompleteInput('New-MigrationPlan x -Target sqlite:', 35, $null).CompletionMatches.CompletionText")
            .Select(text => text.ToString()).ToList();
        Assert.Equal(["sqlite:migrations/", "sqlite:shop.db", "'sqlite:with space.db'"], found);
    }
}
