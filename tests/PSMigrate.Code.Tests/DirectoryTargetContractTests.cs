using PSMigrate.Databases.Tests.Targets;
using PSMigrate.Targets;
using Xunit;

namespace PSMigrate.Code.Tests;

/// <summary>What any target must do, on a folder.</summary>
public sealed class DirectoryTargetContractTests : TargetContract, IDisposable
{
    private readonly Tree tree = new();

    protected override bool HasUnitsOfWork => false;

    /// <summary>All of a folder is structure: it has content to back up, but lists none apart, which one test of the suite takes for the same.</summary>
    protected override bool HasContent => TestContext.Current.TestMethod?.MethodName != nameof(A_snapshot_of_what_did_not_change_is_the_same);

    void IDisposable.Dispose()
    {
        tree.Dispose();
        Dispose();
    }

    protected override Task<Target> CreateAsync() => OpenAsync(tree.Root);

    protected override Task<Target> OpenAgainAsync(Target target) => OpenAsync(target.Address.Connection);

    protected override Target Missing() => new DirectoryTarget(new TargetAddress("dir", Path.Combine(tree.Root, "none")));

    protected override async Task<Target?> OpenUnwritableAsync(Target target)
    {
        if (Environment.UserName == "root")
        {
            return null;
        }

        File.SetUnixFileMode(tree.Root, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return await OpenAsync(tree.Root);
    }

    protected override IReadOnlyList<(string Name, Func<Task> Act)> StructureChanges(Target target)
    {
        var root = target.Address.Connection;
        return
        [
            ("a file's content", Act(() => File.WriteAllText(In("readme.md"), "READ ME"))),
            ("a file's mode", Act(() => File.SetUnixFileMode(In("readme.md"), UnixFileMode.UserRead))),
            ("a new file", Act(() => File.WriteAllText(In("src/new"), ""))),
            ("a file's name", Act(() => File.Move(In("src/new"), In("src/NEW")))),
            ("a file that is gone", Act(() => File.Delete(In("two\nlines.txt")))),
            ("a link elsewhere", Act(() => { File.Delete(In("link")); File.CreateSymbolicLink(In("link"), "src/app.cs"); })),
            ("a file in a link's place", Act(() => { File.Delete(In("src/dangling")); File.WriteAllText(In("src/dangling"), "../not there"); })),
            ("a new folder", Act(() => Directory.CreateDirectory(In("empty/other")))),
            ("a folder's mode", Act(() => File.SetUnixFileMode(In("empty"), UnixFileMode.UserRead | UnixFileMode.UserExecute))),
            ("a file in a folder's place", Act(() => { Directory.Delete(In("src/deep"), recursive: true); File.WriteAllText(In("src/deep"), ""); })),
            ("a folder in a file's place", Act(() => { File.Delete(In("src/app.cs")); Directory.CreateDirectory(In("src/app.cs/x/y")); })),
            ("a link in a folder's place", Act(() => { Directory.Delete(In("Zoë"), recursive: true); Directory.CreateSymbolicLink(In("Zoë"), tree.Outside); })),
        ];

        string In(string path) => Path.Combine(root, path);
    }

    private static Func<Task> Act(Action act) => () =>
    {
        act();
        return Task.CompletedTask;
    };

    private static async Task<Target> OpenAsync(string root)
    {
        var target = new DirectoryTarget(new TargetAddress("dir", root));
        await target.OpenAsync(Cancel);
        return target;
    }
}
