using PSMigrate.Databases.Servers.SqlServer;
using PSMigrate.Databases.Servers.Structure;
using Xunit;

namespace PSMigrate.Databases.Tests.SqlServer;

public sealed class ModuleTextTests
{
    private static readonly SqlServerStructureWriter Writer = new();

    public static TheoryData<string, string, string> Texts { get; } = new()
    {
        { "CREATE VIEW [dbo].[v] AS SELECT 1 AS a", "CREATE VIEW [dbo].[v] AS SELECT 1 AS a", "ALTER VIEW [dbo].[v] AS SELECT 1 AS a" },
        { "create  view v as select 1 as a", "CREATE  view v as select 1 as a", "ALTER  view v as select 1 as a" },
        { "-- CREATE VIEW x\n/* CREATE /* nested */ VIEW y */ CREATE\tVIEW dbo . V AS SELECT 1 AS a", "-- CREATE VIEW x\n/* CREATE /* nested */ VIEW y */ CREATE\tVIEW dbo . V AS SELECT 1 AS a", "-- CREATE VIEW x\n/* CREATE /* nested */ VIEW y */ ALTER\tVIEW dbo . V AS SELECT 1 AS a" },
        { "CREATE OR ALTER VIEW dbo.v AS SELECT 'CREATE VIEW' AS a", "CREATE VIEW dbo.v AS SELECT 'CREATE VIEW' AS a", "ALTER VIEW dbo.v AS SELECT 'CREATE VIEW' AS a" },
        { "CREATE /* or */ OR -- c\n ALTER VIEW \"dbo\".\"v\" AS SELECT 1 AS a", "CREATE VIEW \"dbo\".\"v\" AS SELECT 1 AS a", "ALTER VIEW \"dbo\".\"v\" AS SELECT 1 AS a" },

        // After sp_rename the text still has the old name.
        { "CREATE VIEW dbo.before AS SELECT 1 AS a", "CREATE VIEW [dbo].[v] AS SELECT 1 AS a", "ALTER VIEW [dbo].[v] AS SELECT 1 AS a" },
        { "CREATE VIEW other.v(a) AS SELECT 1", "CREATE VIEW [dbo].[v](a) AS SELECT 1", "ALTER VIEW [dbo].[v](a) AS SELECT 1" },
        { "CREATE VIEW [be]]fore]AS SELECT 1 AS a", "CREATE VIEW [dbo].[v]AS SELECT 1 AS a", "ALTER VIEW [dbo].[v]AS SELECT 1 AS a" },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public void A_text_makes_and_changes_the_module_under_its_own_name(string text, string create, string alter)
    {
        var view = EveryKind.One("view", "dbo", "v", ("text", text));
        Assert.Equal([create], Writer.Create(view, new DbStructure([view])));
        Assert.Equal([alter], Writer.Alter(view with { Facets = new(StringComparer.Ordinal) { ["text"] = "other" } }, view));
    }

    [Fact]
    public void A_renamed_module_whose_text_is_as_before_is_only_renamed()
    {
        var from = EveryKind.One("procedure", "dbo", "p2", ("text", "CREATE PROCEDURE dbo.p AS SELECT 1"));
        Assert.Equal(["EXEC sys.sp_rename @objname = N'[dbo].[p2]', @newname = N'p', @objtype = 'OBJECT'"], Writer.Alter(from, @from with { Name = "p" }));
    }

    [Fact]
    public void Settings_that_a_module_was_made_with_are_set_around_it_and_back()
    {
        var module = EveryKind.One("procedure", "dbo", "p", ("text", "CREATE PROCEDURE dbo.p AS SELECT 1"), ("ansi nulls", "no"), ("quoted identifier", "no"));
        Assert.Equal(["SET ANSI_NULLS OFF", "SET QUOTED_IDENTIFIER OFF", "CREATE PROCEDURE dbo.p AS SELECT 1", "SET ANSI_NULLS ON", "SET QUOTED_IDENTIFIER ON"], Writer.Create(module, new DbStructure([module])));
    }

    [Fact]
    public void A_function_that_gives_back_something_else_is_made_anew()
    {
        var from = EveryKind.One("function", "dbo", "f", ("text", "CREATE FUNCTION dbo.f () RETURNS int AS BEGIN RETURN 1 END"), ("returns", "scalar"));
        var to = EveryKind.One("function", "dbo", "f", ("text", "CREATE FUNCTION dbo.f () RETURNS TABLE AS RETURN SELECT 1 AS a"), ("returns", "inline table"));
        Assert.Null(Writer.Alter(from, to));
    }
}
