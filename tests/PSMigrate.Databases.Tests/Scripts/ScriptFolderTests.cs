using CsCheck;
using PSMigrate.Databases.Scripts;
using PSMigrate.Databases.Tests.Sql;
using PSMigrate.Plans;
using Xunit;

namespace PSMigrate.Databases.Tests.Scripts;

public sealed class ScriptFolderTests : IDisposable
{
    private readonly ScriptFiles files = new();

    public void Dispose() => files.Dispose();

    [Theory]
    [InlineData("10_b.sql 2_a.sql 1_c.sql", "1_c 2_a 10_b")]
    [InlineData("V1.10__c.sql V1.9__b.sql V1__a.sql V001.1__d.sql", "V1__a V001.1__d V1.9__b V1.10__c")]
    [InlineData("V1_2__b.sql V2__c.sql V1.1__a.sql", "V1.1__a V1_2__b V2__c")]
    [InlineData("b.sql R__a.sql 1_c.sql a10.sql a9.sql", "1_c a9 a10 b R__a")]
    [InlineData("2026-11-22_b.sql 2026-11-22_a.sql 2026-01-30_z.sql", "2026-01-30_z 2026-11-22_a 2026-11-22_b")]
    [InlineData("20261122103000_b.sql 20261122102959_z.sql", "20261122102959_z 20261122103000_b")]
    [InlineData("B.sql a.sql C.SQL", "a B C")]
    public void Orders_as_people_do(string names, string ordered)
    {
        foreach (var name in names.Split(' '))
        {
            files.Write(name, "select 1;");
        }

        Assert.Equal(ordered.Split(' '), Names());
    }

    [Fact]
    public void Repeated_scripts_come_last()
    {
        files.Write("1_always.sql", "-- Repeat: always\nselect 1;");
        files.Write("2_b.sql", "select 1;");
        files.Write("R__a.sql", "select 1;");
        files.Write("R__once.sql", "-- Repeat: once\nselect 1;");
        var scripts = ScriptFolder.Read(files.Folder).Scripts;
        Assert.Equal(["2_b", "R__once", "1_always", "R__a"], scripts.Select(s => s.Name));
        Assert.Equal([RepeatMode.Once, RepeatMode.Once, RepeatMode.Always, RepeatMode.OnChange], scripts.Select(s => s.Repeat));
    }

    [Fact]
    public void Looks_deeper_only_when_asked_and_never_into_hidden_places()
    {
        files.Write("1_a.sql", "select 1;");
        files.Write("inner/2_b.sql", "select 1;");
        files.Write(".git/3_c.sql", "no sql");
        files.Write("._4_d.sql", [0, 1, 2]);
        files.Write("readme.md", "no sql");
        Directory.CreateSymbolicLink(Path.Combine(files.Folder, "inner", "loop"), files.Folder);
        Assert.Equal(["1_a"], Names());
        Assert.Equal(["1_a", "2_b"], Names(new ScriptSelection { Recursive = true }));
    }

    [Fact]
    public void Reads_a_list_of_files_in_the_same_order()
    {
        var b = files.Write("2_b.sql", "select 1;");
        var a = files.Write("1_a.sql", "select 1;");
        var undo = files.Write("1_a.undo.sql", "select 2;");
        files.Write("3_c.sql", "select 1;");
        var scripts = ScriptFolder.Read([b, a]).Scripts;
        Assert.Equal(["1_a", "2_b"], scripts.Select(s => s.Name));
        Assert.Equal(undo, scripts[0].CompanionUndoPath);
        Assert.Equal(undo, ScriptFolder.Read([b, undo, a]).Scripts[0].CompanionUndoPath);
    }

    [Fact]
    public void Requirements_move_scripts_only_as_far_as_they_must()
    {
        files.Write("1_a.sql", "-- Requires: d\nselect 1;");
        files.Write("2_b.sql", "select 1;");
        files.Write("3_c.sql", "-- Requires: 2_b, earlier\nselect 1;");
        files.Write("4_d.sql", "-- Requires: 3-C.sql\nselect 1;");
        var scripts = ScriptFolder.Read(files.Folder, new ScriptSelection { IsInHistory = name => name == "earlier" }).Scripts;
        Assert.Equal(["2_b", "3_c", "4_d", "1_a"], scripts.Select(s => s.Name));
        Assert.Equal(["2_b", "earlier"], scripts[1].Requires);
        Assert.Equal(["3_c"], scripts[2].Requires);
        Assert.Equal(["4_d"], scripts[3].Requires);
    }

    [Fact]
    public void Every_script_comes_after_what_it_requires() =>
        Gen.Select(Gen.Int[0, 9], Gen.Int[0, 9]).Where((a, b) => a < b).Array[0, 15].Sample(edges =>
        {
            using var folder = new ScriptFiles();
            var shuffled = Enumerable.Range(0, 10).Select(i => (i * 7 + 3) % 10).ToArray();
            for (var i = 0; i < 10; i++)
            {
                var requires = edges.Where(edge => edge.Item2 == i).Select(edge => $"s{shuffled[edge.Item1]}");
                folder.Write($"s{shuffled[i]}.sql", $"-- Requires: {string.Join(", ", requires)}\nselect 1;");
            }

            var order = ScriptFolder.Read(folder.Folder).Scripts;
            Assert.Equal(10, order.Count);
            for (var i = 0; i < 10; i++)
            {
                Assert.Subset(order.Take(i).Select(s => s.Name).ToHashSet(), order[i].Requires.ToHashSet());
            }
        }, iter: 100, threads: 1);

    [Fact]
    public void A_long_chain_of_requirements_is_no_trouble()
    {
        for (var i = 0; i < 3000; i++)
        {
            files.Write($"s{i}.sql", i < 2999 ? $"-- Requires: s{i + 1}\nselect 1;" : "select 1;");
        }

        Assert.Equal("s2999", Names().First());
    }

    [Fact]
    public void An_unknown_requirement_is_refused()
    {
        files.Write("1_add_email.sql", "select 1;");
        files.Write("2_b.sql", "-- x\n-- Requires: 1_add_email, ad_email\nselect 1;");
        var error = Refused.At(2, 27, "RequiresUnknown", () => Names());
        Assert.Contains("'add_email'", error.RecommendedAction);
    }

    [Fact]
    public void A_circle_is_refused_and_named()
    {
        files.Write("a.sql", "-- Requires: b\nselect 1;");
        files.Write("b.sql", "-- Requires: c\nselect 1;");
        files.Write("c.sql", "-- Requires: b\nselect 1;");
        Assert.Contains("b -> c -> b", Refused.With("RequiresCycle", () => Names()).Message);
        files.Write("a.sql", "-- Requires: a\nselect 1;");
        Assert.Contains("a -> a", Refused.With("RequiresCycle", () => Names()).Message);
    }

    [Fact]
    public void A_requirement_that_may_be_several_is_refused()
    {
        files.Write("1_a.sql", "select 1;");
        files.Write("2_a.sql", "select 1;");
        files.Write("3_b.sql", "-- Requires: a\nselect 1;");
        Assert.Contains("1_a or 2_a", Refused.With("RequiresAmbiguous", () => Names()).Message);
    }

    [Fact]
    public void Other_environments_are_skipped_and_said_so()
    {
        files.Write("1_a.sql", "select 1;");
        files.Write("2_seed.sql", "-- Environment: Test, staging\nselect 1;");
        files.Write("2_seed_production.sql", "-- Environment: production\nselect 1;");
        var set = ScriptFolder.Read(files.Folder, new ScriptSelection { Environment = "test" });
        Assert.Equal(["1_a", "2_seed"], set.Scripts.Select(s => s.Name));
        var skipped = Assert.Single(set.Skipped);
        Assert.Equal("2_seed_production", skipped.Script.Name);
        Assert.Contains("production", skipped.Reason);

        Assert.Equal(2, ScriptFolder.Read(files.Folder).Skipped.Count);

        files.Write("3_b.sql", "-- Requires: 2_seed\nselect 1;");
        Refused.At(1, 14, "RequiresSkipped", () => Names());
    }

    [Theory]
    [InlineData("V1__a.sql", "V001__b.sql")]
    [InlineData("1_a.sql", "V1.0__b.sql")]
    [InlineData("V1.2__a.sql", "V1_2__b.sql")]
    public void One_version_twice_is_refused(string one, string other)
    {
        files.Write(one, "select 1;");
        files.Write(other, "select 1;");
        var error = Refused.With("DuplicateVersion", () => Names());
        Assert.Contains(one, error.Message);
        Assert.Contains(other, error.Message);
    }

    [Fact]
    public void One_name_twice_is_refused()
    {
        files.Write("add-email.sql", "select 1;");
        files.Write("inner/Add_Email.sql", "select 1;");
        Refused.With("DuplicateName", () => Names(new ScriptSelection { Recursive = true }));
    }

    [Theory]
    [InlineData("a.undo.sql")]
    [InlineData("U1__b.sql")]
    [InlineData("U2__a.sql")]
    public void An_undo_without_its_script_is_refused(string undo)
    {
        files.Write("V1__a.sql", "select 1;");
        files.Write(undo, "select 1;");
        Assert.Contains(undo, Refused.With("OrphanUndo", () => Names()).Message);
    }

    [Fact]
    public void Undo_files_are_paired_and_are_no_scripts()
    {
        files.Write("V01__a.sql", "select 1;");
        files.Write("U1__A.sql", "select 2;");
        files.Write("b.sql", "select 1;");
        files.Write("b.undo.sql", "select 2;");
        var scripts = ScriptFolder.Read(files.Folder).Scripts;
        Assert.Equal(["U1__A.sql", "b.undo.sql"], scripts.Select(s => Path.GetFileName(s.CompanionUndoPath!)));
        files.Write("V01__a.undo.sql", "select 2;");
        Refused.With("RollbackAmbiguous", () => Names());
    }

    [Fact]
    public void A_folder_that_has_nothing_is_refused()
    {
        Assert.Equal(ErrorKind.NotFound, Refused.With("FolderNotFound", () => ScriptFolder.Read(Path.Combine(files.Folder, "no"))).Kind);
        Assert.Equal(ErrorKind.NotFound, Refused.With("NoScripts", () => Names()).Kind);
        files.Write("inner/a.sql", "select 1;");
        Refused.With("NoScripts", () => Names());
    }

    private IEnumerable<string> Names(ScriptSelection? selection = null) =>
        ScriptFolder.Read(files.Folder, selection).Scripts.Select(script => script.Name);
}
