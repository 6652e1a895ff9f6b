using PSMigrate.Databases.Servers.MySql;
using PSMigrate.Databases.Sql;
using Xunit;

namespace PSMigrate.Databases.Tests.MySql;

/// <summary>The statements in bodies of code, as both MySQL and MariaDB write them.</summary>
public sealed class MySqlBodyTests
{
    [Theory]
    [InlineData("INSERT INTO log VALUES (1)", "INSERT INTO log VALUES (1)")]
    [InlineData("PROCEDURE `p`(IN a INT)\n  COMMENT 'update' MODIFIES SQL DATA\nUPDATE t SET v = a", "UPDATE t SET v = a")]
    [InlineData("PROCEDURE p() BEGIN INSERT INTO a VALUES (1); DELETE FROM b; END", "INSERT INTO a VALUES (1)|DELETE FROM b")]
    [InlineData("BEGIN IF x THEN DELETE FROM a; ELSEIF y THEN UPDATE b SET c = 1; ELSE REPLACE INTO d VALUES (1); END IF; END", "DELETE FROM a|UPDATE b SET c = 1|REPLACE INTO d VALUES (1)")]
    [InlineData("one: BEGIN two: LOOP DELETE FROM a; LEAVE two; END LOOP; REPEAT DELETE FROM b; UNTIL TRUE END REPEAT; WHILE n > 0 DO DELETE FROM c; END WHILE; END", "DELETE FROM a|DELETE FROM b|DELETE FROM c")]
    [InlineData("BEGIN DECLARE CONTINUE HANDLER FOR SQLSTATE '23000' INSERT INTO errors VALUES (1); CASE x WHEN 1 THEN DELETE FROM a; ELSE DELETE FROM b; END CASE; END", "INSERT INTO errors VALUES (1)|DELETE FROM a|DELETE FROM b")]
    [InlineData("BEGIN SET @a = CASE WHEN 1 THEN REPLACE('a', 'b', 'c') ELSE INSERT('a', 1, 1, 'b') END; CALL q(@a); END", "CALL q(@a)")]
    [InlineData("BEGIN SET @a = 'x; DELETE FROM t'; -- DELETE FROM u;\nINSERT INTO `update` VALUES (';') ON DUPLICATE KEY UPDATE v = 1; END", "INSERT INTO `update` VALUES (';') ON DUPLICATE KEY UPDATE v = 1")]
    [InlineData("BEGIN NOT ATOMIC WITH x AS (SELECT 1) UPDATE a JOIN b USING (id) SET a.v = 1; END", "WITH x AS (SELECT 1) UPDATE a JOIN b USING (id) SET a.v = 1")]
    [InlineData("BEGIN FOR r IN (SELECT 1 AS n) DO DELETE FROM a WHERE id = r.n; END FOR; EXECUTE IMMEDIATE 'x'; END", "DELETE FROM a WHERE id = r.n|EXECUTE IMMEDIATE 'x'")]
    public void The_statements_that_write_are_found_and_texts_and_functions_are_not_taken_for_them(string body, string expected)
    {
        string[] quiet = ["SELECT", "SET"];
        var found = MySqlBody.StatementsOf(body, SqlDialect.MySql).Where(s => !quiet.Any(q => s.StartsWith(q, StringComparison.Ordinal)));

        Assert.Equal(expected.Split('|'), found);
    }
}
