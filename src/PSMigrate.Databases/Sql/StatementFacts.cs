namespace PSMigrate.Databases.Sql;

/// <summary>What can be read off a statement without asking an engine. Names are without their quotes.</summary>
public sealed record StatementFacts(StatementKind Kind)
{
    /// <summary>The schema that qualifies the object, such as <c>main</c> or <c>temp</c>; null where none is written.</summary>
    public string? Schema { get; init; }

    /// <summary>
    /// The object that the statement makes, changes or drops: a table, index, view, trigger or savepoint; the schema name of
    /// ATTACH and DETACH; the pragma's name.
    /// </summary>
    public string? ObjectName { get; init; }

    /// <summary>The table that an index or trigger is on.</summary>
    public string? OnTable { get; init; }

    /// <summary>What a table or column is renamed to.</summary>
    public string? NewName { get; init; }

    /// <summary>The column that ALTER TABLE adds, drops or renames.</summary>
    public string? ColumnName { get; init; }

    /// <summary>The definition that ADD COLUMN gives, from the column's name to the end, as written.</summary>
    public string? ColumnDefinition { get; init; }

    /// <summary>The default that ADD COLUMN gives, as written; null where it gives none.</summary>
    public string? DefaultText { get; init; }

    public bool IfExists { get; init; }

    public bool IfNotExists { get; init; }

    /// <summary>CREATE TEMP, or an object in the schema <c>temp</c>.</summary>
    public bool IsTemporary { get; init; }

    /// <summary>UPDATE or DELETE has a WHERE of its own; one inside a subquery does not count.</summary>
    public bool HasWhere { get; init; }

    /// <summary>UPDATE, DELETE or SELECT has a LIMIT of its own.</summary>
    public bool HasLimit { get; init; }

    public bool HasReturning { get; init; }

    /// <summary>The table that the rows are added to which a statement writes elsewhere: <c>OUTPUT … INTO</c>.</summary>
    public SqlObjectName? ReturnsInto { get; init; }

    /// <summary>ADD COLUMN … NOT NULL.</summary>
    public bool NotNull { get; init; }

    public bool HasDefault => DefaultText is not null;

    /// <summary>ADD COLUMN … REFERENCES.</summary>
    public bool HasReferences { get; init; }

    /// <summary>ADD COLUMN … PRIMARY KEY.</summary>
    public bool IsPrimaryKey { get; init; }

    /// <summary>ADD COLUMN … UNIQUE, or CREATE UNIQUE INDEX.</summary>
    public bool IsUnique { get; init; }

    /// <summary>ADD COLUMN … CHECK.</summary>
    public bool HasCheck { get; init; }

    /// <summary>ADD COLUMN … AS (expression).</summary>
    public bool IsGenerated { get; init; }

    /// <summary>CREATE TABLE … AS SELECT.</summary>
    public bool AsSelect { get; init; }

    /// <summary>CREATE TRIGGER with BEGIN … END.</summary>
    public bool HasTriggerBody { get; init; }

    /// <summary>The value that PRAGMA sets or passes, without quotes; null where it only asks.</summary>
    public string? PragmaArgument { get; init; }

    /// <summary>VACUUM INTO: the expression that names the file, as written.</summary>
    public string? VacuumInto { get; init; }

    /// <summary>ATTACH: the expression that names the file, as written.</summary>
    public string? AttachedFile { get; init; }

    /// <summary>What kind of object the statement makes, changes or drops, where it says so.</summary>
    public SqlObjectKind ObjectKind { get; init; }

    /// <summary>The database that qualifies the object, where one is written before the schema.</summary>
    public string? Database { get; init; }

    /// <summary>Every object that the statement is about; the first is <see cref="ObjectName"/>. One that names a single object has one.</summary>
    public IReadOnlyList<SqlObjectName> Names
    {
        get => names ?? (ObjectName is null ? [] : [new SqlObjectName(Database, Schema, ObjectName)]);
        init => names = value;
    }

    /// <summary>The schema of the table in <see cref="OnTable"/>; null where none is written.</summary>
    public string? OnSchema { get; init; }

    /// <summary>
    /// What ALTER TABLE does, action by action. Where it does one thing only, the statement's own properties say it as well.
    /// </summary>
    public IReadOnlyList<TableAction> Actions { get; init; } = [];

    /// <summary>The columns of an index, or those that INSERT and COPY fill, without their order; expressions are left out.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>The columns that an index has only along with it.</summary>
    public IReadOnlyList<string> IncludedColumns { get; init; } = [];

    /// <summary>The condition of a filtered index, as written.</summary>
    public string? FilterText { get; init; }

    /// <summary>CREATE OR REPLACE, CREATE OR ALTER.</summary>
    public bool OrReplace { get; init; }

    /// <summary>CASCADE: what depends on the object goes too.</summary>
    public bool Cascade { get; init; }

    /// <summary>Others can go on reading and writing meanwhile: CONCURRENTLY, ONLINE = ON, LOCK = NONE.</summary>
    public bool IsOnline { get; init; }

    /// <summary>Made without looking at the rows that are there: NOT VALID, WITH NOCHECK, WITH NO DATA.</summary>
    public bool IsNotChecked { get; init; }

    /// <summary>What the statement does cannot be read off it, because it runs code that stands elsewhere or is put together.</summary>
    public bool IsOpaque { get; init; }

    /// <summary>Whether the statement goes into a transaction.</summary>
    public TransactionNeed Transaction { get; init; }

    /// <summary>What it makes cannot be used before the transaction is committed: a new value of an enum.</summary>
    public bool IsUsableOnlyAfterCommit { get; init; }

    /// <summary>BEGIN: its isolation level and other modes, as written; null for none.</summary>
    public string? TransactionModes { get; init; }

    /// <summary>SET and RESET: the variable or setting, in lower case; null for several at once.</summary>
    public string? SettingName { get; init; }

    /// <summary>SET: the value, as written.</summary>
    public string? SettingValue { get; init; }

    /// <summary>SET: how far it reaches.</summary>
    public SettingScope SettingScope { get; init; }

    /// <summary>SET with several assignments: each of them.</summary>
    public IReadOnlyList<SettingAssignment> Assignments
    {
        get => assignments ?? (SettingName is null ? [] : [new SettingAssignment(SettingName, SettingValue, SettingScope)]);
        init => assignments = value;
    }

    /// <summary>COPY … FROM STDIN: the rows follow in the script.</summary>
    public bool ReadsFromScript { get; init; }

    /// <summary>A batch: its statements in order. A statement that stands alone has none.</summary>
    public IReadOnlyList<BatchPart> Parts { get; init; } = [];

    /// <summary>Whether it is run depends on something: it stands under IF, WHILE, TRY or CATCH.</summary>
    public bool IsConditional { get; init; }

    /// <summary>The statements in WITH that write: <c>WITH gone AS (DELETE … RETURNING …) …</c></summary>
    public IReadOnlyList<StatementFacts> WithStatements { get; init; } = [];

    /// <summary>The facts of each statement: of the parts of a batch, or these; statements in WITH come before the one they are in.</summary>
    public IEnumerable<StatementFacts> Each => Parts.Count > 0 ? Parts.SelectMany(part => part.Facts.Each) : [.. WithStatements, this];

    /// <summary>What all its statements need: the strictest of them.</summary>
    public TransactionNeed TransactionOfAll
    {
        get
        {
            var need = TransactionNeed.Any;
            foreach (var facts in Each)
            {
                need = (need, facts.Transaction) switch
                {
                    (TransactionNeed.CannotBeInTransaction, _) or (_, TransactionNeed.CannotBeInTransaction) => TransactionNeed.CannotBeInTransaction,
                    (TransactionNeed.CommitsImplicitly, _) or (_, TransactionNeed.CommitsImplicitly) => TransactionNeed.CommitsImplicitly,
                    (TransactionNeed.MayCommit, _) or (_, TransactionNeed.MayCommit) => TransactionNeed.MayCommit,
                    _ => TransactionNeed.Any,
                };
            }

            return need;
        }
    }

    private readonly IReadOnlyList<SqlObjectName>? names;
    private readonly IReadOnlyList<SettingAssignment>? assignments;

    /// <summary>The pragma's name, in lower case; null for other statements.</summary>
    public string? PragmaName => Kind == StatementKind.Pragma ? ObjectName?.ToLowerInvariant() : null;
}
