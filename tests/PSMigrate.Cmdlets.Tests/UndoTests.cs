using System.Management.Automation;
using PSMigrate.Cmdlets.Tests.Rooms;

namespace PSMigrate.Cmdlets.Tests;

/// <summary>The ways to say what is taken back.</summary>
public sealed class UndoTests : CmdletTest
{
    private readonly Database shop;

    public UndoTests()
    {
        shop = Room.Shop();
        Session.Do("$first = New-MigrationPlan migrations sqlite:shop.db | Invoke-Migration -Confirm:$false");
        Room.Write("migrations/003_orders.sql", "CREATE TABLE orders (id INTEGER);");
        Room.Write("migrations/004_items.sql", "CREATE TABLE items (id INTEGER);");
        Thread.Sleep(5);
        Session.Do("$between = [System.DateTime]::UtcNow");
        Thread.Sleep(5);
        Session.Do("$second = New-MigrationPlan migrations sqlite:shop.db | Invoke-Migration -Confirm:$false");
    }

    [Theory]
    [InlineData("Undo-Migration -Target sqlite:shop.db", "customers")]
    [InlineData("Undo-Migration -Target sqlite:shop.db -Last", "customers")]
    [InlineData("Undo-Migration -Target sqlite:shop.db -RunId $second.Run.RunId", "customers")]
    [InlineData("$second | Undo-Migration", "customers")]
    [InlineData("Undo-Migration $second", "customers")]
    [InlineData("Get-MigrationPlan -RunId $second.Run.RunId | Undo-Migration", "customers")]
    [InlineData("New-MigrationPlan migrations sqlite:shop.db | Undo-Migration", "customers")]
    [InlineData("Undo-Migration -Target sqlite:shop.db -To 003_orders", "customers,orders")]
    [InlineData("Undo-Migration -Target sqlite:shop.db -To 002_add_email", "customers")]
    [InlineData("$second | Undo-Migration -To 001_create_customers", "customers")]
    [InlineData("Undo-Migration -Target sqlite:shop.db -To $between", "customers")]
    [InlineData("Undo-Migration -Target sqlite:shop.db -To $between.ToLocalTime()", "customers")]
    [InlineData("Undo-Migration -Target sqlite:shop.db -To ([System.DateTimeOffset] $between)", "customers")]
    [InlineData("Undo-Migration -Target sqlite:shop.db -To $between.ToString('o')", "customers")]
    [InlineData("Undo-Migration -Target sqlite:shop.db -To $between.ToString('yyyy-MM-ddTHH:mm:ss.fff')", "customers")]
    [InlineData("Undo-Migration -Target sqlite:shop.db -To 2001-01-01", "")]
    public void What_is_asked_for_is_taken_back_and_nothing_else(string script, string left)
    {
        var plan = Session.One(script + " -Confirm:$false");
        Assert.True(plan.Undo.Succeeded);
        Assert.Equal(left, shop.Tables);
        if (script.Contains("001_create", StringComparison.Ordinal))
        {
            Assert.Equal("id,name", shop.Columns("customers"));
        }
    }

    [Fact]
    public void It_works_from_another_folder_and_another_session()
    {
        Directory.CreateDirectory(Room["elsewhere"]);
        using var other = new Shell.Session(Room["elsewhere"]);
        other["target"] = "sqlite:" + shop.Path;
        other.Do("Undo-Migration -Target $target -Confirm:$false");
        other.Do("Undo-Migration -Target sqlite:../shop.db -Confirm:$false");
        Assert.Equal("", shop.Tables);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Room["elsewhere"]));
    }

    [Fact]
    public void The_plans_folder_may_be_gone()
    {
        Directory.Delete(Room["migrations"], recursive: true);
        Directory.Delete(Room[".psmigrate"], recursive: true);
        Session.Do("Undo-Migration -Target sqlite:shop.db -Confirm:$false");
        Session.Do("Undo-Migration -Target sqlite:shop.db -Confirm:$false");
        Assert.Equal("", shop.Tables);
        var error = Session.Refused("Undo-Migration -Target sqlite:shop.db -Confirm:$false");
        Assert.Equal("NothingToUndo,PSMigrate.Cmdlets.UndoMigrationCommand", error.FullyQualifiedErrorId);
    }

    [Fact]
    public void The_history_tells_what_was_undone_and_a_plan_can_be_run_again()
    {
        Session.Do("$second | Undo-Migration -Confirm:$false");
        var history = Session.Do("Get-MigrationHistory sqlite:shop.db").Select(e => (dynamic)e.BaseObject).ToList();
        Assert.Equal([true, true, false, false], history.Select(e => (bool)e.IsApplied));
        Assert.NotNull(history[3].UndoneByRun);
        Session.Do("New-MigrationPlan migrations sqlite:shop.db | Invoke-Migration -Confirm:$false");
        Assert.Equal("customers,items,orders", shop.Tables);
    }

    [Theory]
    [InlineData("$second | Undo-Migration -Confirm:$false; $second", "NothingToUndo", ErrorCategory.ObjectNotFound)]
    [InlineData("$first", "LaterRunsApplied", ErrorCategory.InvalidOperation)]
    [InlineData("-Target sqlite:shop.db -RunId 20260101T000000Z-000000", "NothingToUndo", ErrorCategory.ObjectNotFound)]
    [InlineData("-Target sqlite:shop.db -To 005_missing", "NothingToUndo", ErrorCategory.ObjectNotFound)]
    [InlineData("-Target sqlite:shop.db -To 004_items", "NothingToUndo", ErrorCategory.ObjectNotFound)]
    [InlineData("-Target sqlite:shop.db -To 01-02", "NothingToUndo", ErrorCategory.ObjectNotFound)]
    [InlineData("-Target sqlite:shop.db -To 2999-01-01", "NothingToUndo", ErrorCategory.ObjectNotFound)]
    [InlineData("-Target sqlite:shop.db -To 001_create_customers -RunId $first.Run.RunId", "SelectionAmbiguous", ErrorCategory.InvalidArgument)]
    [InlineData("-Target sqlite:shop.db -Last -RunId $first.Run.RunId", "SelectionAmbiguous", ErrorCategory.InvalidArgument)]
    [InlineData("-Target sqlite:shop.db -Last -To 001_create_customers", "SelectionAmbiguous", ErrorCategory.InvalidArgument)]
    public void What_cannot_be_taken_back_is_an_error_and_changes_nothing(string arguments, string errorId, ErrorCategory category)
    {
        if (arguments.Contains(';', StringComparison.Ordinal))
        {
            Session.Do(arguments.Split(';')[0]);
            arguments = arguments.Split(';')[1].Trim();
        }

        var before = Room.Content();
        var error = Session.Refused($"{(arguments.StartsWith('$') ? $"{arguments} | Undo-Migration" : $"Undo-Migration {arguments}")} -Confirm:$false");
        Assert.Equal($"{errorId},PSMigrate.Cmdlets.UndoMigrationCommand", error.FullyQualifiedErrorId);
        Assert.Equal(category, error.CategoryInfo.Category);
        Assert.NotNull(error.TargetObject);
        Assert.NotEqual("", error.ErrorDetails.RecommendedAction);
        Assert.Equal(before, Room.Content());
    }

    [Fact]
    public void A_plan_that_never_ran()
    {
        Room.Write("other/001_other.sql", "CREATE TABLE other (id INTEGER);");
        var error = Session.Refused("New-MigrationPlan other sqlite:shop.db | Undo-Migration -Confirm:$false");
        Assert.Equal("NothingToUndo,PSMigrate.Cmdlets.UndoMigrationCommand", error.FullyQualifiedErrorId);
        Assert.Equal("customers,items,orders", shop.Tables);
    }

    [Fact]
    public void An_undo_that_conflicts_says_so_and_what_was_written_since_stays()
    {
        Room.Write("migrations/005_rename.sql", "UPDATE customers SET name = 'Countess' WHERE name = 'Ada';");
        Session.Do("$null = New-MigrationPlan migrations sqlite:shop.db | Invoke-Migration -Force -Confirm:$false -WarningAction Ignore");
        shop.Run("UPDATE customers SET name = 'Lovelace' WHERE name = 'Countess'");
        var outcome = Session.Run("Undo-Migration -Target sqlite:shop.db -Confirm:$false");
        Assert.Equal("Lovelace", shop.Text("SELECT name FROM customers WHERE id = 1"));
        Assert.True(outcome.Terminating is not null || outcome.Warnings.Count > 0);
        if (outcome.Terminating is { } error)
        {
            Assert.NotEqual("", error.ErrorDetails.RecommendedAction);
        }
    }
}
