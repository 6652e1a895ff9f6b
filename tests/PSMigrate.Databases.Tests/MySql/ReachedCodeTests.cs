using PSMigrate.Databases.Servers.MySql;
using PSMigrate.Databases.Servers.Running;
using PSMigrate.Databases.Servers.Structure;
using PSMigrate.Databases.Sql;
using Xunit;

namespace PSMigrate.Databases.Tests.MySql;

/// <summary>What statements set off, read off a structure: no server is asked, so that it holds for MySQL as well.</summary>
public sealed class ReachedCodeTests
{
    private static readonly DbStructure Structure = new(
    [
        Table("a"), Table("b"), Table("c"),
        Trigger("a_after", "a", "UPDATE", "INSERT INTO b VALUES (NEW.id)"),
        Trigger("b_after", "b", "INSERT", "BEGIN CALL p(); END"),
        Trigger("c_after", "c", "DELETE", "EXECUTE IMMEDIATE 'x'"),
        Routine(DbKinds.Procedure, "p", "PROCEDURE `p`() BEGIN UPDATE c SET v = 1; CALL p(); END"),
        Routine(DbKinds.Function, "f", "FUNCTION `f`() RETURNS int BEGIN DELETE FROM c; RETURN 1; END"),
        new DbObject { Kind = DbKinds.View, Name = "v", Needs = [DbObject.KeyOf(DbKinds.Table, null, "", "a")] },
    ]);

    [Theory]
    [InlineData("UPDATE a SET v = 1", "Insert b, Update c", "")]
    [InlineData("DELETE FROM a", "", "")]
    [InlineData("INSERT INTO a VALUES (1)", "Insert b, Update c", "")]
    [InlineData("UPDATE v SET v = 1", "Insert b, Update a, Update c", "")]
    [InlineData("CALL p()", "Update c", "")]
    [InlineData("CALL elsewhere()", "", "the statement calls elsewhere, which cannot be read")]
    [InlineData("SELECT f()", "Delete c", "trigger c.c_after runs text that is put together while it runs")]
    [InlineData("INSERT INTO x VALUES (F())", "Delete c", "trigger c.c_after runs text that is put together while it runs")]
    [InlineData("SET @x = f()", "Delete c", "trigger c.c_after runs text that is put together while it runs")]
    [InlineData("SELECT 'f()'", "", "")]
    [InlineData("CREATE PROCEDURE q() CALL p()", "", "")]
    [InlineData("EXECUTE stmt", "", "the statement runs text that is put together while it runs")]
    [InlineData("BEGIN NOT ATOMIC DELETE FROM b; CALL p(); END", "Delete b, Update c", "")]
    public void Triggers_routines_and_views_are_followed_to_the_tables_that_they_write(string statement, string written, string unknown)
    {
        var reached = new ReachedCode(new MySqlEngine(), Structure);

        reached.Follow(new SqlStatement(statement, 0, 1, 1));

        var found = reached.Statements.Where(s => s.ObjectName is not null && s.Kind is StatementKind.Insert or StatementKind.Update or StatementKind.Delete).Select(s => $"{s.Kind} {s.Names[0].Name}").Distinct().Order(StringComparer.Ordinal);
        Assert.Equal(written, string.Join(", ", found));
        Assert.Equal(unknown, string.Join(", ", reached.Unknown));
    }

    private static DbObject Table(string name) => new() { Kind = DbKinds.Table, Name = name };

    private static DbObject Trigger(string name, string table, string fired, string body) => new()
    {
        Kind = DbKinds.Trigger,
        Name = name,
        Parent = DbObject.KeyOf(DbKinds.Table, null, "", table),
        Facets = { ["event"] = fired, ["definition"] = body },
    };

    private static DbObject Routine(string kind, string name, string definition) => new() { Kind = kind, Name = name, Facets = { ["definition"] = definition } };
}
