namespace PSMigrate.Cmdlets.Tests;

/// <summary>The whole way of a plan, in one line.</summary>
public sealed class PipelineTests : CmdletTest
{
    [Fact]
    public void A_plan_flows_from_the_scripts_to_the_verification()
    {
        var shop = Room.Shop();
        var results = Session.Do("""
            New-MigrationPlan migrations sqlite:shop.db |
                Test-MigrationPlan |
                Backup-MigrationTarget |
                Invoke-Migration -Confirm:$false |
                Test-MigrationIntegrity
            """);

        Assert.All(results, result => Assert.True(((dynamic)result.BaseObject).Passed, result.ToString()));
        Assert.Contains(results, result => ((dynamic)result.BaseObject).Category == "history");
        Assert.Equal("id,name,email", shop.Columns("customers"));
        Assert.Equal(2, shop.Count("customers"));
    }

    [Fact]
    public void Each_cmdlet_stamps_its_evidence_and_hands_the_plan_on()
    {
        Room.Shop();
        var plan = Session.One("""
            New-MigrationPlan migrations sqlite:shop.db |
                Test-MigrationPlan |
                Approve-MigrationPlan -Reason 'Seen' |
                Backup-MigrationTarget |
                Invoke-Migration -Confirm:$false |
                Test-MigrationIntegrity -PassThru |
                Undo-Migration -Confirm:$false
            """);

        Assert.True(plan.Rehearsal.UndoProved);
        Assert.Equal("Seen", plan.Approval.Reason);
        Assert.True(plan.Backup.RestoreTested);
        Assert.Equal("Succeeded", plan.Run.Outcome.ToString());
        Assert.Equal(0, plan.Integrity.Failed);
        Assert.True(plan.Undo.Succeeded);
    }

    [Fact]
    public void Undo_by_target_takes_the_structure_and_the_data_back()
    {
        var shop = Room.Shop();
        shop.Run("CREATE TABLE orders (id INTEGER PRIMARY KEY); INSERT INTO orders VALUES (1)");
        Session.Do("New-MigrationPlan migrations sqlite:shop.db | Invoke-Migration -Confirm:$false");
        Session.Do("Undo-Migration -Target sqlite:shop.db -Confirm:$false");
        Assert.Equal("orders", shop.Tables);
        Assert.Equal(1, shop.Count("orders"));
    }

    [Fact]
    public void A_second_run_has_nothing_to_do()
    {
        Room.Shop();
        Session.Do("New-MigrationPlan migrations sqlite:shop.db | Invoke-Migration -Confirm:$false");
        var plan = Session.One("New-MigrationPlan migrations sqlite:shop.db | Invoke-Migration -Confirm:$false");
        Assert.Equal("NothingToDo", plan.Run.Outcome.ToString());
        Assert.Equal(2, Session.Do("Get-MigrationHistory sqlite:shop.db").Count);
    }

    [Fact]
    public void A_database_can_be_made_by_its_first_script()
    {
        Room.Write("migrations/001_create_customers.sql", Rooms.Room.Create);
        var target = "'sqlite:Data Source=new.db;Mode=ReadWriteCreate'";
        Session.Do($"$plan = New-MigrationPlan migrations {target} | Test-MigrationPlan");
        Assert.False(File.Exists(Room["new.db"]));
        Session.Do("$plan | Backup-MigrationTarget | Invoke-Migration -Confirm:$false");
        Assert.Equal(2, new Rooms.Database(Room["new.db"]).Count("customers"));
    }

    [Fact]
    public void One_bad_plan_of_several_does_not_keep_the_others_from_being_made()
    {
        Room.Shop();
        Room.Write("more/001_more.sql", "CREATE TABLE more (id INTEGER);");
        var outcome = Session.Run("'migrations', 'missing', 'more' | New-MigrationPlan -Target sqlite:shop.db");
        Assert.Null(outcome.Terminating);
        Assert.Equal(["migrations", "more"], outcome.Output.Select(plan => (string)((dynamic)plan.BaseObject).Name));
        var error = Assert.Single(outcome.Errors);
        Assert.Equal("PathNotFound,PSMigrate.Cmdlets.NewMigrationPlanCommand", error.FullyQualifiedErrorId);
        Assert.Equal(Room["missing"], error.TargetObject);
    }

    [Fact]
    public void Several_plans_are_carried_out_one_after_the_other()
    {
        var shop = Room.Shop();
        Room.Write("more/001_more.sql", "CREATE TABLE more (id INTEGER);");
        var runs = Session.Do("'migrations', 'more' | New-MigrationPlan -Target sqlite:shop.db | Invoke-Migration -Confirm:$false");
        // The second plan was made before the first ran: the structure is no longer as it was planned, except for what runs did.
        Assert.Equal(2, runs.Count);
        Assert.Equal("customers,more", shop.Tables);
    }

    [Fact]
    public void Scripts_can_be_named_one_by_one()
    {
        Room.Shop();
        var plan = Session.One("New-MigrationPlan migrations/001_create_customers.sql, migrations/002_add_email.sql sqlite:shop.db");
        Assert.Equal(2, plan.Steps.Count);
    }

    [Fact]
    public void Folders_and_files_can_be_piped_as_the_objects_that_they_are()
    {
        Room.Shop();
        var plan = Session.One($"[System.IO.DirectoryInfo]::new('{Room["migrations"]}') | New-MigrationPlan -Target sqlite:shop.db");
        Assert.Equal("migrations", plan.Name);
        var file = Session.One("$plan = New-MigrationPlan migrations sqlite:shop.db; $plan | Export-MigrationPlan plan.json");
        Assert.Equal(Room["plan.json"], file.FullName);
        Assert.True(Session.One("($plan | Export-MigrationPlan other.json | Get-MigrationPlan).Equals($plan)"));
    }
}
