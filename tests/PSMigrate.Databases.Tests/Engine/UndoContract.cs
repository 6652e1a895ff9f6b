using PSMigrate.Databases.Tests.Sqlite;
using Xunit;

namespace PSMigrate.Databases.Tests.Engine;

/// <summary>Undo gives back structure and data of whatever a script changed, without the author writing anything for it: on any engine.</summary>
public abstract class UndoContract
{
    public static TheoryData<string> CommonNames => [.. CommonUndoCases.All.Select(c => c.Name)];

    private protected abstract TestDatabase NewDatabase(string folder);

    /// <summary>Skips a case that this server, or its SQL, does not have.</summary>
    private protected virtual void SkipUnlessPossible(UndoCase change)
    {
    }

    [Theory]
    [MemberData(nameof(CommonNames))]
    public Task What_a_script_changed_is_given_back(string name) => ThereAndBackAsync(CommonUndoCases.All.Single(c => c.Name == name));

    private protected async Task ThereAndBackAsync(UndoCase change)
    {
        SkipUnlessPossible(change);
        using var folder = new MigrationFolder(change.Before, NewDatabase);
        folder.Script("change.sql", change.Script);
        var before = folder.Image();

        var plan = await folder.MigrateAsync();
        Assert.NotEqual("", before.DifferenceTo(folder.Image()));

        var undo = await folder.UndoAsync(plan);

        Assert.Null(undo.Failure);
        Assert.Empty(Assert.Single(undo.Plan.Undo!.Steps).Conflicts);
        RequireSame(before, folder);
        Assert.Empty(folder.Captures());
        Assert.All(await folder.HistoryAsync(), entry => Assert.False(entry.IsApplied));
        RequireSound(folder);

        // What was undone can be done again, and undone again.
        var again = await folder.MigrateAsync();
        Assert.Null((await folder.UndoAsync(again)).Failure);
        RequireSame(before, folder);
    }

    private static void RequireSame(DatabaseImage before, MigrationFolder folder)
    {
        if (before.DifferenceTo(folder.Image()) is { Length: > 0 } difference)
        {
            Assert.Fail(difference);
        }
    }

    /// <summary>What the engine itself says of the database's state.</summary>
    private protected virtual void RequireSound(MigrationFolder folder)
    {
    }
}
