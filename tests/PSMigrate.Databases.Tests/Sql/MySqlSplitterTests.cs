using PSMigrate.Databases.Sql;
using Xunit;

namespace PSMigrate.Databases.Tests.Sql;

public class MySqlSplitterTests
{
    [Theory]
    [InlineData("select `a;b``c`; select 2", new[] { "select `a;b``c`", "select 2" })]
    [InlineData("select 1; # a; b'\nselect 2", new[] { "select 1", "select 2" })]
    [InlineData("select 5--1; select 6-- ;\n;", new[] { "select 5--1", "select 6" })]
    [InlineData("select 5--;1", new[] { "select 5--", "1" })]
    [InlineData(@"select 'it\'s;', ""a\"";b""; select 2", new[] { @"select 'it\'s;', ""a\"";b""", "select 2" })]
    [InlineData("select 'a''b;'; select x'3b', b'01', n'a;b', _utf8'c;d', 0x3B", new[] { "select 'a''b;'", "select x'3b', b'01', n'a;b', _utf8'c;d', 0x3B" })]
    [InlineData("/* /* ; */ select 1; select 2", new[] { "select 1", "select 2" })]
    [InlineData("DELIMITER //\nselect 1; select 2//\nDELIMITER ;\nselect 3;", new[] { "select 1; select 2", "select 3" })]
    [InlineData("delimiter $$\ncreate procedure p() begin select 1; end$$\ndelimiter ;\nselect 2", new[] { "create procedure p() begin select 1; end", "select 2" })]
    [InlineData("delimiter ';;' -- x\nselect ';;', 1;;\nselect 2 ;;", new[] { "select ';;', 1", "select 2" })]
    [InlineData("DELIMITER |\nselect a|select 'b|c' /* | */|\nDELIMITER ;\n", new[] { "select a", "select 'b|c'" })]
    [InlineData("create table t(a int,\ndelimiter int); select 2", new[] { "create table t(a int,\ndelimiter int)", "select 2" })]
    [InlineData("select 1\nDELIMITER //\nselect 2//", new[] { "select 1", "select 2" })]
    [InlineData("create procedure p() begin select 1; select 2; end; select 3", new[] { "create procedure p() begin select 1; select 2; end", "select 3" })]
    [InlineData("create procedure if not exists p() begin if a then select 1; elseif b then select 2; else select 3; end if; end; select 4",
        new[] { "create procedure if not exists p() begin if a then select 1; elseif b then select 2; else select 3; end if; end", "select 4" })]
    [InlineData("create function f() returns int deterministic return if(1, case when 2 then 3 end, repeat('a', 2)); select 4",
        new[] { "create function f() returns int deterministic return if(1, case when 2 then 3 end, repeat('a', 2))", "select 4" })]
    [InlineData("create function f() returns int begin declare x int default if(1, 2, 3); set x = case 1 when 1 then 2 else 3 end; return x; end; select 4",
        new[] { "create function f() returns int begin declare x int default if(1, 2, 3); set x = case 1 when 1 then 2 else 3 end; return x; end", "select 4" })]
    [InlineData("create trigger t before insert on u for each row begin l: loop leave l; end loop l; while 1 do set @a = 1; end while; repeat set @b = 2; until 1 end repeat; case @c when 1 then select 1; end case; end; select 4",
        new[] { "create trigger t before insert on u for each row begin l: loop leave l; end loop l; while 1 do set @a = 1; end while; repeat set @b = 2; until 1 end repeat; case @c when 1 then select 1; end case; end", "select 4" })]
    [InlineData("create trigger t after update on u for each row if new.a > 1 then insert into v values (1); end if; select 4",
        new[] { "create trigger t after update on u for each row if new.a > 1 then insert into v values (1); end if", "select 4" })]
    [InlineData("create trigger t after update on u for each row insert into v values (if(new.a, 1, 2)); select 4",
        new[] { "create trigger t after update on u for each row insert into v values (if(new.a, 1, 2))", "select 4" })]
    [InlineData("create event e on schedule every 1 day do begin delete from t; end; select 2",
        new[] { "create event e on schedule every 1 day do begin delete from t; end", "select 2" })]
    [InlineData("create procedure p() begin declare exit handler for sqlexception begin rollback; end; drop table if exists t; select 1; end; select 2",
        new[] { "create procedure p() begin declare exit handler for sqlexception begin rollback; end; drop table if exists t; select 1; end", "select 2" })]
    [InlineData("begin not atomic select 1; select 2; end; select 3", new[] { "begin not atomic select 1; select 2; end", "select 3" })]
    [InlineData("begin; select 1; commit; select 2", new[] { "begin", "select 1", "commit", "select 2" })]
    [InlineData("/*!50003 create*/ /*!50017 definer=`a`@`b`*/ /*!50003 trigger t before insert on u for each row begin set @a = 1; end */; select 2",
        new[] { "/*!50003 create*/ /*!50017 definer=`a`@`b`*/ /*!50003 trigger t before insert on u for each row begin set @a = 1; end */", "select 2" })]
    [InlineData("/*!40101 SET NAMES utf8 */;\n/*!40000 ALTER TABLE `t` DISABLE KEYS */;", new[] { "/*!40101 SET NAMES utf8 */", "/*!40000 ALTER TABLE `t` DISABLE KEYS */" })]
    [InlineData("/*M!999999\\- enable the sandbox mode */ \nselect 1;", new[] { "select 1" })]
    [InlineData("/*M!100100 select 'a;*/' */; select 2", new[] { "/*M!100100 select 'a;*/' */", "select 2" })]
    [InlineData("set sql_mode = 'ANSI_QUOTES'; select \"a\\\"; select 2; set sql_mode = ''; select \"a\\\";\"",
        new[] { "set sql_mode = 'ANSI_QUOTES'", "select \"a\\\"", "select 2", "set sql_mode = ''", "select \"a\\\";\"" })]
    [InlineData("set session sql_mode = 'NO_BACKSLASH_ESCAPES'; select 'a\\'; select 2", new[] { "set session sql_mode = 'NO_BACKSLASH_ESCAPES'", "select 'a\\'", "select 2" })]
    public void Cuts_where_the_client_does(string text, string[] statements) => Assert.Equal(statements, Split(text).Select(s => s.Text));

    [Theory]
    [InlineData("select 1;\n  DELIMITER\nselect 2", 2, 3, "DelimiterInvalid")]
    [InlineData("DELIMITER \\\\", 1, 1, "DelimiterInvalid")]
    [InlineData("select 1\\G", 1, 9, "ClientCommandRefused")]
    [InlineData("source other.sql", 1, 1, "ClientCommandRefused")]
    [InlineData("select 1;\n\\. other.sql", 2, 1, "ClientCommandRefused")]
    [InlineData("select 1; /*!50003 select 2", 1, 11, "UnclosedComment")]
    [InlineData("select \"a\\\"", 1, 8, "UnclosedString")]
    [InlineData("select `a", 1, 8, "UnclosedIdentifier")]
    [InlineData("select /* a", 1, 8, "UnclosedComment")]
    public void What_cannot_be_read_is_refused_at_its_place(string text, int line, int column, string errorId) =>
        Refused.At(line, column, errorId, () => Split(text));

    [Fact]
    public void Reads_a_dump()
    {
        var statements = Split("""
            /*M!999999\- enable the sandbox mode */ 
            -- MariaDB dump 10.19
            /*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;
            DROP TABLE IF EXISTS `t`;
            CREATE TABLE `t` (
              `a` int(11) DEFAULT NULL COMMENT 'x;y'
            ) ENGINE=InnoDB;
            LOCK TABLES `t` WRITE;
            INSERT INTO `t` VALUES (1),(2),('a\';b');
            UNLOCK TABLES;
            DELIMITER ;;
            /*!50003 CREATE*/ /*!50017 DEFINER=`root`@`localhost`*/ /*!50003 TRIGGER tr BEFORE INSERT ON t FOR EACH ROW BEGIN SET NEW.a = 1; END */;;
            DELIMITER ;
            /*!40101 SET SQL_MODE=@OLD_SQL_MODE */;
            -- Dump completed
            """);
        Assert.Equal(
            [StatementKind.Set, StatementKind.DropTable, StatementKind.CreateTable, StatementKind.LockTables, StatementKind.Insert,
                StatementKind.UnlockTables, StatementKind.CreateTrigger, StatementKind.Set],
            statements.Select(s => SqlDialect.MySql.ReadFacts(s).Kind));
        Assert.Equal(12, statements[6].Line);
    }

    private static IReadOnlyList<SqlStatement> Split(string text) => SqlSplitter.Split(text, SqlDialect.MySql, "file.sql");
}
