using System.Collections.Frozen;
using PSMigrate.Databases.Sql.MySql;
using PSMigrate.Databases.Sql.PostgreSql;
using PSMigrate.Databases.Sql.SqlServer;

namespace PSMigrate.Databases.Sql;

/// <summary>What one engine's SQL differs in, as far as reading scripts goes: a new engine is a new instance.</summary>
public sealed record SqlDialect
{
    public required string Name { get; init; }

    /// <summary><c>[name]</c> is an identifier.</summary>
    public bool BracketIdentifiers { get; init; }

    /// <summary><c>[a]]b]</c> is one identifier.</summary>
    public bool BracketsAreDoubled { get; init; }

    /// <summary><c>`name`</c> is an identifier.</summary>
    public bool BacktickIdentifiers { get; init; }

    /// <summary><c>"text"</c> is a string.</summary>
    public bool DoubleQuotedStrings { get; init; }

    /// <summary><c>/* /* */ */</c> is one comment.</summary>
    public bool NestedComments { get; init; }

    /// <summary><c>#</c> begins a comment.</summary>
    public bool HashComments { get; init; }

    /// <summary><c>--</c> begins a comment only before white space.</summary>
    public bool DashCommentNeedsSpace { get; init; }

    /// <summary>The content of <c>/*! … */</c> and <c>/*M! … */</c> is run.</summary>
    public bool ExecutableComments { get; init; }

    /// <summary>A backslash in a string takes the next character as it is.</summary>
    public bool BackslashEscapes { get; init; }

    /// <summary><c>$tag$ … $tag$</c> is a string.</summary>
    public bool DollarQuotes { get; init; }

    /// <summary>The letters that may stand before a string's quote and belong to it, as in <c>E'…'</c>, <c>N'…'</c> and <c>x'…'</c>.</summary>
    public string StringPrefixes { get; init; } = "xX";

    /// <summary><c>U&amp;'…'</c> is a string, and <c>U&amp;"…"</c> an identifier.</summary>
    public bool UnicodeEscapes { get; init; }

    public ParameterForm Parameters { get; init; }

    /// <summary>The characters that make up operators of any length.</summary>
    public string OperatorCharacters { get; init; } = "";

    /// <summary>Words may begin with <c>#</c>, and have <c>@</c> and <c>#</c> in them.</summary>
    public bool TransactWords { get; init; }

    /// <summary>White space is what Unicode says it is.</summary>
    public bool UnicodeWhiteSpace { get; init; }

    /// <summary>Names without quotes are taken for lower case.</summary>
    public bool FoldsNames { get; init; }

    /// <summary>What stands before a name is a database, not a schema.</summary>
    public bool SchemasAreDatabases { get; init; }

    /// <summary>True where a session that locks tables can use no others meanwhile.</summary>
    public bool TableLocksShutOut { get; init; }

    /// <summary>Roles and users belong to the database, not to the server.</summary>
    public bool RolesAreInDatabase { get; init; }

    /// <summary>What ends a statement where a script can say so itself; null where it cannot.</summary>
    public string? Delimiter { get; init; }

    /// <summary>A statement is a batch: what stands before it is sent along, because engines keep it with a procedure's text.</summary>
    public bool KeepsLeadingComments { get; init; }

    /// <summary>Every keyword, in upper case.</summary>
    public required FrozenSet<string> Keywords { get; init; }

    /// <summary>The keywords that can be a name without quotes where the grammar has no other use for them.</summary>
    public required FrozenSet<string> KeywordsUsableAsNames { get; init; }

    /// <summary>The words that a statement can begin with: they tell SQL from prose.</summary>
    public required FrozenSet<string> StatementStarters { get; init; }

    /// <summary>Makes the judge of where statements end, one for each text.</summary>
    public required Func<IStatementBoundary> CreateBoundary { get; init; }

    /// <summary>Says what a statement does.</summary>
    public required Func<SqlStatement, StatementFacts> ReadFacts { get; init; }

    /// <summary>The lines that are for the engine's own client rather than for the engine; null where there are none.</summary>
    internal IClientCommands? Commands { get; init; }

    /// <summary>What a script may set on its connection.</summary>
    internal IConnectionSettings Settings { get; init; } = NoConnectionSettings.Instance;

    /// <summary><c>$(name)</c> is a variable of the engine's own client.</summary>
    public bool ClientVariables { get; init; }

    /// <summary>The database that what is read will be run in; null where nobody knows, or a script cannot name it.</summary>
    public OwnDatabase? Database { get; init; }

    /// <summary>SQLite 3.</summary>
    public static SqlDialect Sqlite { get; } = new()
    {
        Name = "SQLite",
        BracketIdentifiers = true,
        BacktickIdentifiers = true,
        Parameters = ParameterForm.Sqlite,
        Keywords = SqliteKeywords.All,
        KeywordsUsableAsNames = SqliteKeywords.UsableAsNames,
        StatementStarters = SqliteKeywords.StatementStarters,
        CreateBoundary = () => new SqliteStatementBoundary(),
        ReadFacts = SqliteStatementReader.Read,
        Settings = SqliteConnectionSettings.Instance,
    };

    /// <summary>PostgreSQL 12 and later, in scripts for psql; <c>standard_conforming_strings</c> is on.</summary>
    public static SqlDialect PostgreSql { get; } = new()
    {
        Name = "PostgreSQL",
        NestedComments = true,
        DollarQuotes = true,
        StringPrefixes = "eEbBxXnN",
        UnicodeEscapes = true,
        FoldsNames = true,
        Parameters = ParameterForm.DollarNumber,
        OperatorCharacters = "+-*/<>=~!@#%^&|`?",
        Keywords = PostgreSqlKeywords.All,
        KeywordsUsableAsNames = PostgreSqlKeywords.UsableAsNames,
        StatementStarters = PostgreSqlKeywords.StatementStarters,
        CreateBoundary = () => new PostgreSqlStatementBoundary(),
        ReadFacts = PostgreSqlStatementReader.Read,
        Commands = PsqlCommands.Instance,
        Settings = ServerConnectionSettings.PostgreSql,
    };

    /// <summary>MySQL 5.7 and later and MariaDB 10.4 and later, in scripts for their command-line clients.</summary>
    public static SqlDialect MySql { get; } = new()
    {
        Name = "MySQL",
        BacktickIdentifiers = true,
        DoubleQuotedStrings = true,
        HashComments = true,
        DashCommentNeedsSpace = true,
        ExecutableComments = true,
        BackslashEscapes = true,
        StringPrefixes = "xXbBnN",
        Parameters = ParameterForm.At,
        Delimiter = ";",
        SchemasAreDatabases = true,
        TableLocksShutOut = true,
        Keywords = MySqlKeywords.All,
        KeywordsUsableAsNames = MySqlKeywords.UsableAsNames,
        StatementStarters = MySqlKeywords.StatementStarters,
        CreateBoundary = () => new MySqlStatementBoundary(),
        ReadFacts = MySqlStatementReader.Read,
        Commands = MySqlCommands.Instance,
        Settings = ServerConnectionSettings.MySql,
    };

    /// <summary>Transact-SQL of SQL Server 2016 and later, in scripts for sqlcmd; each statement is a whole batch.</summary>
    public static SqlDialect SqlServer { get; } = new()
    {
        Name = "SQL Server",
        BracketIdentifiers = true,
        BracketsAreDoubled = true,
        NestedComments = true,
        StringPrefixes = "nN",
        Parameters = ParameterForm.At,
        TransactWords = true,
        RolesAreInDatabase = true,
        UnicodeWhiteSpace = true,
        KeepsLeadingComments = true,
        ClientVariables = true,
        Keywords = SqlServerKeywords.All,
        KeywordsUsableAsNames = FrozenSet<string>.Empty,
        StatementStarters = SqlServerKeywords.StatementStarters,
        CreateBoundary = () => new BatchBoundary(),
        ReadFacts = SqlServerBatchReader.Read,
        Commands = SqlcmdCommands.Instance,
        Settings = ServerConnectionSettings.SqlServer,
    };

    public override string ToString() => Name;
}

/// <summary>How parameters are written.</summary>
public enum ParameterForm
{
    None,

    /// <summary><c>?1</c>, <c>:name</c>, <c>@name</c>, <c>$name</c>, <c>#name</c>.</summary>
    Sqlite,

    /// <summary><c>@name</c> and <c>@@name</c>.</summary>
    At,

    /// <summary><c>$1</c>.</summary>
    DollarNumber,
}
