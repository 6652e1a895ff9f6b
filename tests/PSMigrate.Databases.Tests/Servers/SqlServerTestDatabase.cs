using System.Data.Common;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Data.SqlClient;
using PSMigrate.Databases.Servers;
using PSMigrate.Databases.Servers.SqlServer;
using PSMigrate.Databases.Tests.Engine;
using PSMigrate.Databases.Tests.Sqlite;
using PSMigrate.Steps;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>
/// A database on the test server that speaks T-SQL; its structure is told by queries of the catalog that are the test's own. Babelfish
/// gives names of its own to defaults and indexes: there they do not count.
/// </summary>
internal sealed partial class SqlServerTestDatabase : TestDatabase
{
    /// <summary>Each gives lines of text; names of PSMigrate's own are not among them.</summary>
    private static readonly string[] Structure =
    [
        "SELECT 'schema ' + name FROM sys.schemas WHERE schema_id > 4 AND schema_id < 16384 AND name NOT IN ('psmigrate', 'information_schema_tsql')",
        """
        SELECT CONCAT('column ', s.name, '.', t.name, '.', c.name, ' ', ty.name, ' ', c.max_length, ' ', c.precision, ' ', c.scale, ' ', c.is_nullable, ' identity ', c.is_identity, ' computed ', cc.definition, ' default ', d.definition, ' ', c.collation_name)
        FROM sys.tables t JOIN sys.schemas s ON s.schema_id = t.schema_id JOIN sys.columns c ON c.object_id = t.object_id JOIN sys.types ty ON ty.user_type_id = c.user_type_id
          LEFT JOIN sys.computed_columns cc ON cc.object_id = c.object_id AND cc.column_id = c.column_id LEFT JOIN sys.default_constraints d ON d.parent_object_id = c.object_id AND d.parent_column_id = c.column_id
        WHERE s.name <> 'psmigrate'
        """,
        """
        SELECT CONCAT('foreign key ', OBJECT_NAME(k.parent_object_id), '.', k.name, ' to ', OBJECT_NAME(k.referenced_object_id), ' ', k.delete_referential_action_desc, ' ', k.update_referential_action_desc, ' ', k.is_disabled,
          ': ', COL_NAME(c.parent_object_id, c.parent_column_id), ' = ', COL_NAME(c.referenced_object_id, c.referenced_column_id))
        FROM sys.foreign_keys k JOIN sys.foreign_key_columns c ON c.constraint_object_id = k.object_id
        """,
        "SELECT CONCAT('check ', OBJECT_NAME(parent_object_id), '.', name, ' ', definition) FROM sys.check_constraints",
        """
        SELECT CONCAT('index ', s.name, '.', t.name, '.', i.name, ' ', i.is_unique, i.is_primary_key, i.is_unique_constraint, ': ', COL_NAME(c.object_id, c.column_id), ' ', c.key_ordinal, ' ', c.is_descending_key, ' ', i.filter_definition)
        FROM sys.tables t JOIN sys.schemas s ON s.schema_id = t.schema_id JOIN sys.indexes i ON i.object_id = t.object_id JOIN sys.index_columns c ON c.object_id = i.object_id AND c.index_id = i.index_id
        WHERE s.name <> 'psmigrate'
        """,
        "SELECT CONCAT('module ', OBJECT_SCHEMA_NAME(o.object_id), '.', o.name, ': ', m.definition) FROM sys.sql_modules m JOIN sys.objects o ON o.object_id = m.object_id WHERE o.is_ms_shipped = 0",
        "SELECT CONCAT('trigger ', OBJECT_NAME(parent_id), '.', name, ' ', is_disabled, is_instead_of_trigger) FROM sys.triggers WHERE parent_id <> 0",
        "SELECT CONCAT('sequence ', OBJECT_SCHEMA_NAME(object_id), '.', name, ' ', CAST(start_value AS varchar(40)), ' ', CAST(increment AS varchar(40))) FROM sys.sequences",
    ];

    private readonly SqlServerDatabase database;
    private readonly bool isReal;
    private readonly bool keepsSessions;
    private readonly bool leavesOutDefaults;

    /// <param name="leavesOutDefaults">True where tables are written anew: Babelfish drops no default by its name, and gives it another.</param>
    /// <param name="keepsSessions">False where sessions themselves are what is tried: they end with their connection then, as they do for users.</param>
    public SqlServerTestDatabase(SqlServerServer server, bool keepsSessions = true, bool leavesOutDefaults = false)
    {
        database = server.CreateDatabaseAsync().GetAwaiter().GetResult();
        isReal = server.IsRealAsync().GetAwaiter().GetResult();
        this.keepsSessions = keepsSessions && !isReal;
        this.leavesOutDefaults = leavesOutDefaults && !isReal;
    }

    public override string Target => $"sqlserver:{database.ConnectionString}";

    public override string Name => database.Name;

    public override string DuplicateSaid => isReal ? "Violation of PRIMARY KEY constraint" : "duplicate key value violates unique constraint";

    public override DbConnection Connect() => !isReal
        ? database.Server.Sessions.OpenAsync(database.ConnectionString, CancellationToken.None).GetAwaiter().GetResult()
        : database.OpenAsync().GetAwaiter().GetResult();

    public override ITargetKind Kind => new ServerTargetKind(() => keepsSessions
        ? new SqlServerEngine { Opening = (connection, _, cancel) => database.Server.Sessions.OpenAsync(connection, cancel) }
        : new SqlServerEngine());

    /// <summary>Each batch by itself, as GO separates them.</summary>
    public override void Execute(string sql)
    {
        using var connection = Connect();
        SqlServerDatabase.ExecuteAsync([.. Separator().Split(sql).Where(batch => batch.Trim().Length > 0)], connection).GetAwaiter().GetResult();
    }

    /// <summary>Whole numbers as the common cases have them.</summary>
    public override object? Value(string sql) => base.Value(sql) is var value && value is int number ? (long)number : value;

    public override string InDialect(string sql) => TransactSqlText.Of(leavesOutDefaults ? TransactSqlText.WithoutDefaults(sql) : sql, namesDefaults: isReal);

    public override DatabaseImage Image()
    {
        using var connection = Connect();
        var lines = Structure.SelectMany(query => Values(connection, query)).Select(row => isReal ? row[0] : WithoutInventedNames(row[0])).Order(StringComparer.Ordinal).ToList();
        foreach (var table in Values(connection, "SELECT QUOTENAME(s.name) + '.' + QUOTENAME(t.name) FROM sys.tables t JOIN sys.schemas s ON s.schema_id = t.schema_id WHERE s.name <> 'psmigrate' ORDER BY 1"))
        {
            lines.AddRange(Values(connection, $"SELECT * FROM {table[0]}").Select(row => $"{table[0]}: {string.Join(" | ", row)}").Order(StringComparer.Ordinal));
        }

        return new DatabaseImage(lines);
    }

    public override IReadOnlyList<string> OwnTables() => Rows("SELECT name FROM sys.tables WHERE schema_id = SCHEMA_ID('psmigrate') ORDER BY name");

    public override string Own(string name) => "psmigrate." + name;

    public override string Shown(string table) => "dbo." + table;

    public override void Delete() => Dispose();

    public override void Dispose() => database.DisposeAsync().AsTask().GetAwaiter().GetResult();

    private static List<string[]> Values(DbConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string[]>();
        while (reader.Read())
        {
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "NULL" : Text(reader.GetValue(i)))]);
        }

        return rows;
    }

    private static string Text(object value) => value switch
    {
        byte[] bytes => Convert.ToHexString(bytes),
        DateTime time => time.ToString("O", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    private static string WithoutInventedNames(string line) => IndexName().Replace(line, "$1 ");

    [GeneratedRegex(@"^GO[ \t]*\r?$", RegexOptions.Multiline)]
    private static partial Regex Separator();

    [GeneratedRegex(@"^(index \S+?\.\S+?)\.\S+ ")]
    private static partial Regex IndexName();
}
