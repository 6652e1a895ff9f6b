using PSMigrate.Databases.Tests.Engine;
using PSMigrate.Engine;
using Xunit;

namespace PSMigrate.Databases.Tests.Sqlite;

/// <summary>Undo gives back structure and data of whatever a script changed, without the author writing anything for it.</summary>
public sealed class UndoTests
{
    public static TheoryData<string> Names => [.. UndoCases.All.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public Task What_a_script_changed_is_given_back(string name) => ThereAndBackAsync(UndoCases.All.Single(c => c.Name == name));

    private static async Task ThereAndBackAsync(UndoCase change)
    {
        using var folder = new MigrationFolder(change.Before);
        folder.Script("change.sql", change.Script);
        var before = folder.Image();

        var plan = await folder.MigrateAsync();
        Assert.NotEqual("", before.DifferenceTo(folder.Image()));

        var undo = await folder.UndoAsync(plan);

        Assert.Null(undo.Failure);
        Assert.Equal("", before.DifferenceTo(folder.Image()));
        Assert.Empty(DatabaseImage.Captures(folder.Database));
        Assert.All(await folder.HistoryAsync(), entry => Assert.False(entry.IsApplied));
        Assert.Equal("ok", folder.Value("PRAGMA integrity_check"));

        // What was undone can be done again, and undone again.
        var again = await folder.MigrateAsync();
        Assert.Null((await folder.UndoAsync(again)).Failure);
        Assert.Equal("", before.DifferenceTo(folder.Image()));
    }
}
