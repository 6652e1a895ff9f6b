using PSMigrate.Engine;
using PSMigrate.Plans;
using Xunit;

namespace PSMigrate.Databases.Tests.Engine;

/// <summary>A rehearsal on a staging server that the plan names: the copy is made there and goes again, and nothing else there is touched.</summary>
public abstract class StagingContract : EngineContract
{
    private const string Setup = "CREATE TABLE notes (id INTEGER PRIMARY KEY, text VARCHAR(50)); INSERT INTO notes VALUES (1, 'a'), (2, 'b'), (3, 'c');";

    /// <summary>An address of a database on another server, which holds a table <c>kept</c> with a row.</summary>
    private protected abstract string Staging { get; }

    /// <summary>A query for what only one of the two servers answers so, and the answer of the staging server.</summary>
    private protected abstract (string Query, string Answer) Where { get; }

    /// <summary>What somebody is called to whom rights are given.</summary>
    private protected virtual string Somebody => "ROLE";

    private protected abstract void OnStaging(string sql);

    /// <summary>The databases on the staging server, and the rows of <c>kept</c>.</summary>
    private protected abstract IReadOnlyList<string> StagingContent();

    [Theory]
    [InlineData(null)]
    [InlineData(2)]
    public async Task The_plan_is_rehearsed_there_and_nothing_is_left(int? sampleRows)
    {
        using var folder = NewFolder(Setup);
        folder.Write("change.sql", "UPDATE notes SET text = 'z'; CREATE TABLE made (id INTEGER PRIMARY KEY);");
        var before = folder.Image();
        var content = StagingContent();
        var plan = await folder.PlanFileAsync(Yaml(folder));
        Assert.Equal(Staging[..Staging.IndexOf(':', StringComparison.Ordinal)], plan.Staging!.Scheme);

        plan = (await new Rehearsal(folder.NewServices(), folder.Observer) { SampleRows = sampleRows }.RunAsync(plan, MigrationFolder.Cancel)).Plan;

        // The plan's check passes on the staging server only.
        Assert.True(plan.Rehearsal!.UndoProved, plan.Rehearsal.Summary);
        Assert.Equal(sampleRows is null ? 0 : 1, plan.Rehearsal.Sampled.Count);
        Assert.Empty(plan.Rehearsal.PlaceDifferences);
        Assert.Equal(content, StagingContent());
        Assert.Equal("", before.DifferenceTo(folder.Image()));
        Assert.Contains("staging", plan.Rehearsal.Place, StringComparison.Ordinal);
        Assert.Equal(plan.Staging, PlanDocument.Read(PlanDocument.ToJson(plan), folder.Folder, "plan").Staging);
    }

    [Fact]
    public async Task What_a_process_that_died_has_left_there_goes_and_what_others_have_stays()
    {
        using var folder = NewFolder(Setup);
        folder.Write("change.sql", "UPDATE notes SET text = 'z';");
        var content = StagingContent();
        OnStaging("CREATE DATABASE psmigrate_copy_20200101000000_0badcafe");
        OnStaging("CREATE DATABASE psmigrate_copy_of_mine");
        try
        {
            await folder.RehearseAsync(await folder.PlanFileAsync(Yaml(folder)));

            Assert.Equal([.. content, "psmigrate_copy_of_mine"], StagingContent().Order(StringComparer.Ordinal).OrderBy(c => c == "psmigrate_copy_of_mine"));
        }
        finally
        {
            OnStaging("DROP DATABASE psmigrate_copy_of_mine");
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData(2)]
    public async Task What_is_granted_to_somebody_who_is_not_there_is_left_out(int? sampleRows)
    {
        using var folder = NewFolder(Setup);
        var somebody = "only_here_" + folder.DatabaseName;
        folder.Sql($"CREATE {Somebody} {somebody}; GRANT SELECT ON notes TO {somebody}");
        try
        {
            folder.Write("change.sql", "UPDATE notes SET text = 'z';");

            var plan = (await new Rehearsal(folder.NewServices(), folder.Observer) { SampleRows = sampleRows }.RunAsync(await folder.PlanFileAsync(Yaml(folder)), MigrationFolder.Cancel)).Plan;

            Assert.True(plan.Rehearsal!.UndoProved, plan.Rehearsal.Summary);
        }
        finally
        {
            folder.Sql($"REVOKE ALL ON notes FROM {somebody}; DROP {Somebody} {somebody}");
        }
    }

    [Fact]
    public async Task A_rehearsal_that_fails_leaves_nothing_there_either()
    {
        using var folder = NewFolder(Setup);
        folder.Write("change.sql", "INSERT INTO notes VALUES (1, 'again');");
        var content = StagingContent();

        var result = await new Rehearsal(folder.NewServices(), folder.Observer).RunAsync(await folder.PlanFileAsync(Yaml(folder)), MigrationFolder.Cancel);

        Assert.Contains(folder.DuplicateSaid, result.Failure!.Message, StringComparison.Ordinal);
        Assert.Equal(content, StagingContent());
    }

    [Fact]
    public async Task Another_engine_is_refused_while_planning()
    {
        using var folder = NewFolder(Setup);
        folder.Write("change.sql", "UPDATE notes SET text = 'z';");

        var error = await Assert.ThrowsAnyAsync<MigrationException>(() => folder.PlanFileAsync($"target: {folder.Target}\nrehearsal: {{ target: 'host:' }}\nsteps:\n  - sql: ./change.sql\n"));

        Assert.Equal("StagingNotPossible", error.ErrorId);
    }

    [Fact]
    public async Task Where_the_plan_is_rehearsed_is_no_part_of_its_hash()
    {
        using var folder = NewFolder(Setup);
        folder.Write("change.sql", "UPDATE notes SET text = 'z';");

        Assert.Equal((await folder.PlanFileAsync(Yaml(folder))).Hash, (await folder.PlanFileAsync(Yaml(folder).Replace($"rehearsal: {{ target: '{Staging}' }}\n", "", StringComparison.Ordinal))).Hash);
    }

    private string Yaml(MigrationFolder folder) =>
        $"name: staged\ntarget: '{folder.Target}'\nrehearsal: {{ target: '{Staging}' }}\nsteps:\n  - sql: ./change.sql\nchecks:\n  - query: {Where.Query}\n    expect: {Where.Answer}\n";
}
