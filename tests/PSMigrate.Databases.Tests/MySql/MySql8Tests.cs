using PSMigrate.Databases.Servers;
using PSMigrate.Databases.Servers.MySql;
using PSMigrate.Databases.Servers.Structure;
using Xunit;

namespace PSMigrate.Databases.Tests.MySql;

/// <summary>
/// What MySQL 8 writes otherwise than MariaDB, from definitions in the form that its reference manual gives: it is not run in these
/// tests, so that they show what is read and written, not that the server takes it.
/// </summary>
public sealed class MySql8Tests
{
    private const string Items = """
        CREATE TABLE `items` (
          `my_row_id` bigint unsigned NOT NULL AUTO_INCREMENT /*!80023 INVISIBLE */,
          `id` binary(16) NOT NULL DEFAULT (uuid_to_bin(uuid())),
          `name` varchar(255) COLLATE utf8mb4_bin DEFAULT _utf8mb4'x',
          `latin` varchar(10) CHARACTER SET latin1 DEFAULT NULL,
          `must` int,
          `doc` json DEFAULT NULL,
          `note` text,
          `place` point NOT NULL /*!80003 SRID 4326 */,
          `total` decimal(10,2) GENERATED ALWAYS AS ((`must` * 2)) VIRTUAL,
          `at` timestamp NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
          `old` int /*!50606 COLUMN_FORMAT DYNAMIC */ DEFAULT '0',
          PRIMARY KEY (`my_row_id`),
          UNIQUE KEY `by_name` (`name`(10) DESC),
          KEY `lower_name` ((lower(`name`))) /*!80000 INVISIBLE */,
          KEY `in_doc` ((cast(json_extract(`doc`,_utf8mb4'$.tags') as unsigned array))),
          FULLTEXT KEY `words` (`note`) /*!50100 WITH PARSER `ngram` */ ,
          SPATIAL KEY `place` (`place`),
          CONSTRAINT `fk` FOREIGN KEY (`must`) REFERENCES `kinds` (`id`) ON DELETE RESTRICT,
          CONSTRAINT `small` CHECK ((`must` < 10)) /*!80016 NOT ENFORCED */
        ) /*!50100 TABLESPACE `shared` */ ENGINE=InnoDB AUTO_INCREMENT=7 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci COMPRESSION='zlib' COMMENT='a ''b'''
        /*!50100 PARTITION BY RANGE (`must`)
        (PARTITION p0 VALUES LESS THAN (10) ENGINE = InnoDB,
         PARTITION p1 VALUES LESS THAN MAXVALUE ENGINE = InnoDB) */
        """;

    private static readonly MySqlStructureWriter Writer = new(MySqlFeatures.Parse("8.0.36"));

    [Theory]
    [InlineData("8.0.36", false, "8.0.36")]
    [InlineData("8.4.2-0ubuntu0.24.04.1", false, "8.4.2")]
    [InlineData("8.0.36-28.1+deb12", false, "8.0.36")]
    [InlineData("10.11.19-MariaDB-0+deb12u1", true, "10.11.19")]
    [InlineData("5.5.5-10.6.7-MariaDB-log", true, "10.6.7")]
    [InlineData("11.8.1-MariaDB-ubu2404", true, "11.8.1")]
    public void A_server_says_what_it_is(string text, bool isMariaDb, string version)
    {
        var features = MySqlFeatures.Parse(text);
        Assert.Equal(isMariaDb, features.IsMariaDb);
        Assert.Equal(Version.Parse(version), features.Version);
    }

    [Fact]
    public async Task What_stands_in_comments_for_newer_servers_counts()
    {
        var structure = await ReadAsync();
        Assert.DoesNotContain(structure.NotCovered, n => n.Contains("items", StringComparison.Ordinal));
        Assert.Equal("INVISIBLE", structure.Find("column items.my_row_id")!.Facet("visibility"));
        Assert.Equal("4326", structure.Find("column items.place")!.Facet("srid"));
        Assert.Equal("INVISIBLE", structure.Find("index items.lower_name")!.Facet("visibility"));
        Assert.Equal("`ngram`", structure.Find("index items.words")!.Facet("parser"));
        Assert.Equal("no", structure.Find("check items.small")!.Facet("enforced"));
        Assert.Equal("`must` < 10", structure.Find("check items.small")!.Facet("expression")!.Trim('(', ')'));
        Assert.StartsWith("PARTITION BY RANGE (`must`) (PARTITION p0", structure.Find("table items")!.Facet("partitions"), StringComparison.Ordinal);
        Assert.Equal([""], structure.Find("index items.lower_name")!.Columns);
        Assert.DoesNotContain("AUTO_INCREMENT", structure.Find("table items")!.Definition, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Defaults_and_collations_mean_what_they_mean_there()
    {
        var structure = await ReadAsync();
        Assert.Equal("(uuid_to_bin(uuid()))", structure.Find("column items.id")!.Facet(DbFacets.Default));
        Assert.Equal("_utf8mb4'x'", structure.Find("column items.name")!.Facet(DbFacets.Default));
        Assert.Equal("utf8mb4_bin", structure.Find("column items.name")!.Facet("collation"));
        Assert.Equal("latin1_swedish_ci", structure.Find("column items.latin")!.Facet("collation"));
        Assert.Equal("utf8mb4_0900_ai_ci", structure.Find("column items.note")!.Facet("collation"));
        Assert.Equal("yes", structure.Find("column items.must")!.Facet("no default"));
        Assert.Null(structure.Find("column items.note")!.Facet("no default"));
        Assert.Null(structure.Find("column items.doc")!.Facet("no default"));
    }

    [Fact]
    public async Task A_table_is_written_in_its_words()
    {
        var structure = await ReadAsync();
        var statements = Writer.Create(structure.Find("table items")!, structure);
        Assert.Equal(4, statements.Count);
        Assert.StartsWith("SET @psmigrate_sql_mode = @@SESSION.sql_mode, SESSION sql_mode = 'STRICT", statements[0], StringComparison.Ordinal);
        Assert.Contains("`place` point NOT NULL SRID 4326", statements[1], StringComparison.Ordinal);
        Assert.Contains("`old` int NULL COLUMN_FORMAT DYNAMIC DEFAULT '0'", statements[1], StringComparison.Ordinal);
        Assert.Contains("PRIMARY KEY (`my_row_id`)", statements[1], StringComparison.Ordinal);
        Assert.Contains("TABLESPACE `shared`", statements[1], StringComparison.Ordinal);
        Assert.Equal("ALTER TABLE `items` ALTER COLUMN `must` DROP DEFAULT", statements[2]);

        Assert.Equal("ALTER TABLE `items` ADD KEY `lower_name` ((lower(`name`))) INVISIBLE", Writer.Create(structure.Find("index items.lower_name")!, structure)[1]);
        Assert.Equal("ALTER TABLE `items` ADD FULLTEXT KEY `words` (`note`) WITH PARSER `ngram`", Writer.Create(structure.Find("index items.words")!, structure)[1]);
        Assert.Equal("ALTER TABLE `items` ADD CONSTRAINT `small` CHECK ((`must` < 10)) NOT ENFORCED", Writer.Create(structure.Find("check items.small")!, structure)[1]);
        Assert.Equal("ALTER TABLE `items` DROP CHECK `small`", Writer.Drop(structure.Find("check items.small")!)[1]);
    }

    [Fact]
    public async Task Hiding_an_index_and_enforcing_a_check_need_no_rebuild()
    {
        var structure = await ReadAsync();
        var hidden = structure.Find("index items.lower_name")!;
        Assert.Equal("ALTER TABLE `items` ALTER INDEX `lower_name` VISIBLE", Writer.Alter(hidden, hidden with { Facets = Without(hidden, "visibility") })![1]);
        Assert.Equal("ALTER TABLE `items` ALTER INDEX `lower_name` INVISIBLE", Writer.Alter(hidden with { Facets = Without(hidden, "visibility") }, hidden)![1]);
        var check = structure.Find("check items.small")!;
        Assert.Equal("ALTER TABLE `items` ALTER CHECK `small` ENFORCED", Writer.Alter(check, check with { Facets = Without(check, "enforced") })![1]);
    }

    [Fact]
    public async Task Routines_are_dropped_and_made_as_they_cannot_be_replaced()
    {
        var structure = await ReadAsync();
        var routine = structure.Find("procedure p")!;
        Assert.Equal("PROCEDURE `p`()\nSELECT 1", routine.Facet("definition"));
        Assert.Null(Writer.Alter(routine, routine with { Facets = Without(routine, "sql mode") }));
        Assert.Equal("CREATE DEFINER=`root`@`localhost` PROCEDURE `p`()\nSELECT 1", Writer.Create(routine, structure)[1]);
    }

    private static SortedDictionary<string, string> Without(DbObject one, string facet) => new(one.Facets.Where(f => f.Key != facet).ToDictionary(), StringComparer.Ordinal);

    private static async Task<DbStructure> ReadAsync()
    {
        await using var connection = new TapedConnection(new Dictionary<string, object[][]>
        {
            ["SELECT @@SESSION.sql_mode"] = [["ANSI_QUOTES"]],
            ["SELECT @@SESSION.sql_select_limit"] = [[ulong.MaxValue]],
            ["SELECT @@SESSION.sql_quote_show_create"] = [[1L]],
            ["SELECT DATABASE()"] = [["shop"]],
            ["SELECT VERSION(), @@lower_case_table_names"] = [["8.0.36", 0L]],
            ["SELECT character_set_name"] = [["latin1", "latin1_swedish_ci"], ["utf8mb4", "utf8mb4_0900_ai_ci"]],
            ["SELECT table_name, table_type"] = [["items", "BASE TABLE"]],
            ["SHOW CREATE TABLE `items`"] = [["items", Items]],
            ["SELECT routine_type"] = [["PROCEDURE", "p"]],
            ["SHOW CREATE PROCEDURE `p`"] = [["p", "STRICT_TRANS_TABLES", "CREATE DEFINER=`root`@`localhost` PROCEDURE `p`()\nSELECT 1", "utf8mb4", "utf8mb4_0900_ai_ci", "utf8mb4_0900_ai_ci"]],
            ["SELECT default_collation_name"] = [["utf8mb4_0900_ai_ci", ""]],
            ["SELECT COUNT(*)"] = [[0L]],
            ["SELECT (SELECT COUNT(*)"] = [[1L]],
        });
        await using var session = new ServerSession(connection, e => new MigrationException("ScriptFailed", ErrorKind.Failed, e.Message, e));
        return await new MySqlStructureReader().ReadAsync(session, null, TestContext.Current.CancellationToken);
    }
}
