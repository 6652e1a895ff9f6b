using Microsoft.SqlServer.TransactSql.ScriptDom;
using PSMigrate.Databases.Servers.SqlServer;
using PSMigrate.Databases.Servers.Structure;
using Xunit;

namespace PSMigrate.Databases.Tests.SqlServer;

/// <summary>Everything that the writer can write is T-SQL to the parser that Microsoft's own tools use, of every version from 2016 to 2022.</summary>
public sealed class WrittenTextTests
{
    private static readonly SqlServerStructureWriter Writer = new();

    public static TheoryData<int> Versions { get; } = [130, 140, 150, 160];

    [Theory]
    [MemberData(nameof(Versions))]
    public void What_makes_and_drops_each_kind_parses(int version)
    {
        var statements = EveryKind.Of2016.Objects.SelectMany(o => Writer.Create(o, EveryKind.Of2016).Concat(Writer.Drop(o)))
            .Concat(EveryKind.Later().Where(l => l.Version <= version).SelectMany(l => l.Structure.Objects.SelectMany(o => Writer.Create(o, l.Structure).Concat(Writer.Drop(o)))))
            .ToList();
        Assert.True(statements.Count > 150, $"{statements.Count} statements");
        var errors = Errors(statements, version);
        Assert.True(errors.Length == 0, errors);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void What_changes_each_facet_parses(int version)
    {
        var changes = 0;
        var statements = new List<string>();
        foreach (var one in EveryKind.Of2016.Objects)
        {
            foreach (var (from, to) in Changes(one))
            {
                if (Writer.Alter(from, to) is { } written)
                {
                    changes++;
                    statements.AddRange(written);
                }
            }
        }

        Assert.True(changes > 200, $"{changes} changes");
        var errors = Errors(statements.Distinct(), version);
        Assert.True(errors.Length == 0, errors);
    }

    [Fact]
    public void Nothing_is_written_for_what_is_the_same()
    {
        foreach (var one in EveryKind.Of2016.Objects)
        {
            Assert.Equal([], Writer.Alter(one, one));
        }
    }

    /// <summary>A facet that is taken away or added is either written or makes the object anew, never passed over.</summary>
    [Fact]
    public void No_change_is_passed_over()
    {
        foreach (var one in EveryKind.Of2016.Objects)
        {
            foreach (var (from, to) in Changes(one).Where(c => !IsWrittenElsewhere(c.From, c.To)))
            {
                Assert.True(Writer.Alter(from, to) is not { Count: 0 }, $"{one}: {Named(from, to)}");
            }
        }
    }

    /// <summary>The names of constraints are the schema's: while a table is made anew beside itself, they are taken.</summary>
    [Fact]
    public void A_column_is_made_in_another_table_without_the_name_of_its_default()
    {
        var table = EveryKind.Table("t");
        var column = new DbObject { Kind = "column", Schema = "dbo", Name = "c", Parent = table.Key, Facets = new(StringComparer.Ordinal) { ["type"] = "int", ["default"] = "((1))", ["default name"] = "df_c" } };
        var without = Writer.WithoutOwnName(column);
        Assert.Equal(["ALTER TABLE [dbo].[t] ADD [c] int NULL"], Writer.Create(without, new DbStructure([table, without])));
        Assert.Equal(["ALTER TABLE [dbo].[t] ADD CONSTRAINT [df_c] DEFAULT ((1)) FOR [c]"], Writer.Alter(without, column));
        Assert.Same(without, Writer.WithoutOwnName(without));
    }

    [Fact]
    public void Names_with_brackets_and_quotes_are_written_so_that_they_are_read_as_names()
    {
        var table = EveryKind.One("table", "o'dd] schema", "ta'b]le");
        var column = new DbObject { Kind = "column", Schema = "o'dd] schema", Name = "co'l]", Parent = table.Key, Facets = new(StringComparer.Ordinal) { ["type"] = "int" } };
        Assert.Equal(["EXEC sys.sp_rename @objname = N'[o''dd]] schema].[ta''b]]le].[co''l]]]', @newname = N'n''ew]', @objtype = 'COLUMN'"], Writer.Alter(column, column with { Name = "n'ew]" }));
        Assert.Equal(["EXEC sys.sp_rename @objname = N'[o''dd]] schema].[ta''b]]le]', @newname = N'[new]', @objtype = 'OBJECT'"], Writer.Alter(table, table with { Name = "[new]" }));
    }

    [Fact]
    public void What_needs_a_password_that_nobody_can_read_is_refused()
    {
        var role = EveryKind.One("application role", "", "app");
        var refused = Assert.Throws<MigrationException>(() => Writer.Create(role, new DbStructure([role])));
        Assert.Equal("PasswordNotKept", refused.ErrorId);
    }

    [Fact]
    public void What_holds_a_column_stands_aside_and_what_only_names_it_stays()
    {
        var column = EveryKind.Of2016.Find("column dbo.t.id")!;
        string[] holds = ["primary_key dbo.t.pk", "index dbo.t.ix", "statistics dbo.t.st", "check dbo.t.ck", "foreign_key dbo.t.fk", "view dbo.v", "system_versioning dbo.t.SYSTEM_VERSIONING", "column dbo.t.twice"];
        string[] stays = ["procedure dbo.p", "function dbo.fn", "trigger dbo.t.tr", "column dbo.t.name"];
        Assert.All(holds, key => Assert.True(Writer.MustStandAside(EveryKind.Of2016.Find(key)!, column), key));
        Assert.All(stays, key => Assert.False(Writer.MustStandAside(EveryKind.Of2016.Find(key)!, column), key));
    }

    /// <summary>What a period does to its columns, a versioning to its history table, and a split to its schemes, they do themselves.</summary>
    private static bool IsWrittenElsewhere(DbObject from, DbObject to) =>
        Named(from, to) is "written by engine" or "hidden" or "kind" or "schemes" or "file groups" or "schema bound"
        || (to.Kind is "table" && Named(from, to) == "data space")
        || (to.Kind is "database setting" or "full-text index" && Named(from, to) is "value" or "permissions");

    private static string Named(DbObject from, DbObject to) => from.Facets.Keys.Union(to.Facets.Keys).FirstOrDefault(f => from.Facet(f) != to.Facet(f)) ?? "name";

    /// <summary>Facets that an object of their kind is never read without.</summary>
    private static readonly string[] AlwaysThere =
        ["type", "text", "options", "value", "values", "permission set", "state", "for", "start", "increment", "minimum", "maximum", "login", "default name", "directory", "method", "stoplist", "change tracking"];

    private static IEnumerable<(DbObject From, DbObject To)> Changes(DbObject one)
    {
        foreach (var facet in one.Facets.Keys.Except(AlwaysThere).ToList())
        {
            var without = new SortedDictionary<string, string>(one.Facets, StringComparer.Ordinal);
            without.Remove(facet);
            yield return (one, one with { Facets = without });
            yield return (one with { Facets = without }, one);
        }

        if (one.Parent is null && one.Schema.Length > 0)
        {
            yield return (one, one with { Schema = "else where" });
        }

        if (one.Kind is not ("period" or "system versioning" or "change tracking" or "full-text index" or "database setting"))
        {
            yield return (one, one with { Name = "new ]na'me" });
        }
    }

    private static string Errors(IEnumerable<string> statements, int version)
    {
        TSqlParser parser = version switch { 130 => new TSql130Parser(true), 140 => new TSql140Parser(true), 150 => new TSql150Parser(true), _ => new TSql160Parser(true) };
        var errors = new List<string>();
        foreach (var statement in statements)
        {
            using var reader = new StringReader(statement);
            parser.Parse(reader, out var found);
            if (found.Count > 0)
            {
                errors.Add($"{found[0].Message}\n    {statement}");
            }
        }

        return string.Join("\n", errors);
    }
}
