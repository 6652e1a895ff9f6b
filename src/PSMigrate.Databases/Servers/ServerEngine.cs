using System.Data.Common;
using PSMigrate.Databases.Data;
using PSMigrate.Databases.Servers.Rows;
using PSMigrate.Databases.Servers.Running;
using PSMigrate.Databases.Servers.Structure;
using PSMigrate.Databases.Servers.Watching;
using PSMigrate.Databases.Sql;
using PSMigrate.Targets;

namespace PSMigrate.Databases.Servers;

/// <summary>
/// All that one server engine differs in. What is here is declared, by properties and by the SQL that the engine speaks; the code
/// that runs, captures, undoes and compares is the same for every engine and asks here.
/// </summary>
public abstract class ServerEngine
{
    /// <summary>What addresses begin with.</summary>
    public abstract string Scheme { get; }

    /// <summary>The engine's name for people.</summary>
    public abstract string Name { get; }

    public abstract SqlDialect Dialect { get; }

    /// <summary>Asks the server for its version, as people call it.</summary>
    public abstract string VersionQuery { get; }

    public abstract IStructureReader Reader { get; }

    public abstract IStructureWriter Writer { get; }

    /// <summary>How the engine's SQL says what is done to rows.</summary>
    public abstract RowSql Rows { get; }

    public abstract IServerBackups Backups { get; }

    /// <summary>True where changes of structure are part of a transaction; else each of them commits by itself, and what was open before it.</summary>
    public abstract bool StructureIsTransactional { get; }

    /// <summary>True where a table's triggers can be kept from running; else they are dropped and made again.</summary>
    public virtual bool CanSuspendTriggers => true;

    /// <summary>False where a capture's triggers do not see all that the rows of this table were: then its rows are captured before anything is written.</summary>
    public virtual bool TriggersSeeFormerRows(DbObject table, DbStructure structure) => true;

    /// <summary>Where all sequences stand that undo must put back itself; none where they come back with the structure.</summary>
    internal virtual Task<IReadOnlyList<SequenceValue>> SequencesAsync(ServerSession session, CancellationToken cancel) => Task.FromResult<IReadOnlyList<SequenceValue>>([]);

    /// <summary>Makes a sequence stand somewhere.</summary>
    internal virtual Task SetSequenceAsync(ServerSession session, SequenceValue value, CancellationToken cancel) => throw new NotSupportedException();

    /// <summary>True where a statement that returns the rows it writes is refused on a table that triggers watch.</summary>
    public virtual bool WatchingRefusesReturning => false;

    /// <summary>True where tables and columns have something that stays the same when they are renamed.</summary>
    public virtual bool HasIdentities => true;

    /// <summary>True where what is written to a table's rows can be rolled back.</summary>
    public virtual bool HasTransactions(DbObject table) => true;

    /// <summary>Asks for the databases that statements and code in one of them can name; null where they can name none but their own.</summary>
    public virtual string? OtherDatabasesQuery => null;

    /// <summary>Words of code that acts outside its database: see <see cref="WaysOut"/>. Regular expressions.</summary>
    public virtual IReadOnlyList<string> WordsThatLeadOut => [];

    /// <summary>Why to write a table, or something that stands for one, is to write outside the database; null where it is not.</summary>
    public virtual string? LeadsOut(DbObject one) => null;

    /// <summary>
    /// True where the server counts what is written. Where it does not, what triggers and routines write is read off their texts:
    /// see <see cref="Running.ReachedCode"/>.
    /// </summary>
    public virtual bool CountsWrites => true;

    /// <summary>The statements in the text of a trigger or routine, or of a compound statement; those that only steer it are left out.</summary>
    public virtual IReadOnlyList<string> StatementsOf(string code) => [];

    /// <summary>The text of what a trigger or routine does; null for what is neither.</summary>
    public virtual string? CodeOf(DbObject one) => null;

    /// <summary>What a trigger is fired by: insert, update or delete.</summary>
    public virtual string? FiredBy(DbObject trigger) => null;

    /// <summary>True where triggers see the rows that go or change because rows that they refer to do.</summary>
    public virtual bool CascadesFireTriggers => true;

    /// <summary>
    /// The statements that keep foreign keys from acting in this session, and that let them act again, for rows that go and come back at
    /// once; null where unique keys can stand aside instead, in a transaction.
    /// </summary>
    public virtual (string Off, string On)? ReferencePause => null;

    /// <summary>
    /// True for what is thrown when a view is made that reads something which is not there: engines whose views can outlive their tables show such a
    /// view, but make none.
    /// </summary>
    public virtual bool LacksWhatItReads(MigrationException error) => false;

    /// <summary>True for what reads whatever bears a name at the moment, and outlives it.</summary>
    public virtual bool FindsByName(DbObject one) => false;

    /// <summary>True where a column can be put between others.</summary>
    public virtual bool CanPlaceColumns => false;

    /// <summary>A database that every server has, to connect to where the target's own is missing and is to be made; null where it cannot be made so.</summary>
    public virtual string? HomeDatabase => null;

    /// <summary>The schema that PSMigrate's own tables are in; null where there are no schemas, and a prefix stands in for it.</summary>
    public abstract string? OwnSchema { get; }

    /// <summary>Text of any length.</summary>
    public abstract string LongText { get; }

    /// <summary>Text that can be a key.</summary>
    public abstract string ShortText { get; }

    public virtual string BeginTransaction => "BEGIN";

    public virtual string Commit => "COMMIT";

    public virtual string Rollback => "ROLLBACK";

    public virtual string Savepoint(string name) => $"SAVEPOINT {name}";

    public virtual string RollbackTo(string name) => $"ROLLBACK TO SAVEPOINT {name}";

    /// <summary>Ends a savepoint; null where they end with the transaction only.</summary>
    public virtual string? Release(string name) => $"RELEASE SAVEPOINT {name}";

    /// <summary>True for what a statement left that died in the middle of it, and that is of no use: an invalid index.</summary>
    public virtual bool IsHalfDone(Structure.DbObject one) => false;

    /// <summary>Reads an address without opening it.</summary>
    /// <exception cref="MigrationException">TargetAddressInvalid.</exception>
    public abstract ServerAddress Read(TargetAddress address);

    /// <summary>Opens a connection that belongs to nobody else, with the settings that PSMigrate relies on.</summary>
    /// <param name="database">Another database than the address names; null for that one.</param>
    public abstract Task<ServerSession> ConnectAsync(ServerAddress address, string? database, CancellationToken cancel);

    /// <summary>How rows get into a database and out of it.</summary>
    /// <param name="connect">Opens a connection to the database, with the settings that PSMigrate relies on.</param>
    public abstract DataDoor DoorTo(Func<CancellationToken, Task<ServerSession>> connect);

    /// <summary>What an error of the driver means to a user.</summary>
    public abstract MigrationException Translate(DbException error, ServerAddress address);

    /// <summary>Where in a statement the error stands, in UTF-16 code units from its beginning; null where the server does not say.</summary>
    public abstract int? OffsetOf(Exception error, string statement);

    /// <summary>Runs a statement of a script's, as it is written.</summary>
    /// <returns>The rows that it changed.</returns>
    public virtual async Task<long> SendAsync(ServerSession session, SqlStatement statement, CancellationToken cancel) =>
        Math.Max(0, await session.ExecuteAsync(statement.Text, cancel).ConfigureAwait(false));

    /// <summary>True where a transaction is open on the session.</summary>
    public abstract Task<bool> IsInTransactionAsync(ServerSession session, CancellationToken cancel);

    /// <summary>Takes the lock that keeps other runners away from the database; it belongs to the session. False where another has it.</summary>
    public abstract Task<bool> TryLockAsync(ServerSession session, LockHolder holder, CancellationToken cancel);

    /// <summary>False where the server does not tell others of the lock's holder all that we want them to know: then it is kept beside the history.</summary>
    public virtual bool TellsLockHolder => true;

    public abstract Task UnlockAsync(ServerSession session, CancellationToken cancel);

    /// <summary>What the server says of the session that holds the lock: host, program, since when; null where it does not tell.</summary>
    public abstract Task<string?> DescribeLockHolderAsync(ServerSession session, CancellationToken cancel);

    /// <summary>What names the session to others, for as long as it lives and never again for another.</summary>
    public abstract Task<string> SessionIdAsync(ServerSession session, CancellationToken cancel);

    /// <summary>What a session of that id is doing now; null where it is gone.</summary>
    public abstract Task<string?> DescribeSessionAsync(ServerSession session, string sessionId, CancellationToken cancel);

    /// <summary>What the server does for another session, asked over this one; null where that session is gone, idle, or not told of.</summary>
    public virtual Task<SessionActivity?> ActivityAsync(ServerSession session, string sessionId, CancellationToken cancel) => Task.FromResult<SessionActivity?>(null);

    /// <summary>How much room the database and the server's log take.</summary>
    public virtual Task<ServerSizes> SizesAsync(ServerSession session, CancellationToken cancel) => Task.FromResult(new ServerSizes(null, null));

    /// <summary>True where the table of PSMigrate's own of this name is there.</summary>
    public abstract Task<bool> HasOwnAsync(ServerSession session, string name, CancellationToken cancel);

    /// <summary>The statements that make the room for PSMigrate's own tables, where they need one.</summary>
    public abstract Task PrepareOwnAsync(ServerSession session, CancellationToken cancel);

    /// <summary>Removes the triggers of captures that a process left which died, where no rollback did.</summary>
    public virtual Task RemoveLeftoversAsync(ServerSession session, CancellationToken cancel) => Task.CompletedTask;

    /// <summary>The tables of PSMigrate's own whose names begin so.</summary>
    public abstract Task<IReadOnlyList<string>> ListOwnAsync(ServerSession session, string prefix, CancellationToken cancel);

    /// <summary>
    /// How many rows of each table the open transaction has written so far, by <c>schema.table</c>, and under the key "" how many rows of
    /// the catalog; null where the server cannot tell.
    /// </summary>
    public virtual Task<IReadOnlyDictionary<string, long>?> WritesAsync(ServerSession session, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyDictionary<string, long>?>(null);

    /// <summary>
    /// The identity and the rows of a table that a script has just made, where they are few and the server can tell without its columns being read;
    /// otherwise null. The session is in the settings for hashes.
    /// </summary>
    /// <param name="table">As <c>schema.name</c>.</param>
    internal virtual Task<NewTable?> NewRowsAsync(ServerSession session, string table, CancellationToken cancel) => Task.FromResult<NewTable?>(null);

    /// <summary>The tables through which a table's rows can be written without naming it, such as the table that it is a partition of.</summary>
    public virtual IReadOnlyList<DbObject> WrittenThrough(DbObject table, DbStructure structure) => [];

    /// <summary>The tables whose rows are a table's rows as well, and are written with it: those that inherit from it, and from them.</summary>
    public virtual IReadOnlyList<DbObject> HeirsOf(DbObject table, DbStructure structure) => [];

    /// <summary>True for a table that inherits from another.</summary>
    public virtual bool IsHeir(DbObject table) => false;

    /// <summary>True for a table that can be made again beside itself with its rows, and put in its own place: one that is no part of others, and they none of it.</summary>
    public virtual bool CanBeWrittenAnew(DbObject table, DbStructure structure) => true;

    /// <summary>A table as it is to be dropped with the sequences that belong to it.</summary>
    public virtual DbObject WithAllItOwns(DbObject table) => table;

    /// <summary>Why it cannot be followed what is done to a table's rows; null where it can.</summary>
    public virtual string? CannotWatchBecause(DbObject table, DbStructure structure) => null;

    /// <summary>False for a table whose rows are all in other tables.</summary>
    public virtual bool HoldsRows(DbObject table) => true;

    /// <summary>Routines that are no part of the structure and may write all the same: those of extensions, and the engine's own that do.</summary>
    public virtual Task<IReadOnlyList<string>> ExtensionRoutinesAsync(ServerSession session, CancellationToken cancel) => Task.FromResult<IReadOnlyList<string>>([]);

    /// <summary>True where roles and users belong to the database.</summary>
    public virtual bool RolesAreInDatabase => Dialect.RolesAreInDatabase;

    /// <summary>About how many rows each table has, by key, as the server's statistics say.</summary>
    public abstract Task<IReadOnlyDictionary<string, long>> RowEstimatesAsync(ServerSession session, CancellationToken cancel);

    /// <summary>Runs something that must not write, so that the server refuses it where it does.</summary>
    /// <exception cref="MigrationException">QueryWrites.</exception>
    public abstract Task ReadOnlyAsync(ServerSession session, Func<Task> act, string sql, CancellationToken cancel);

    /// <summary>Sets what hashes of rows depend on, until what is returned is disposed; what was set before comes back.</summary>
    public abstract Task<IAsyncDisposable> HashSettingsAsync(ServerSession session, CancellationToken cancel);

    /// <summary>What is set for one unit of work: how long locks are waited for and statements may take; null for no limit of ours.</summary>
    public abstract IReadOnlyList<string> Limits(TimeSpan? lockTimeout, TimeSpan? statementTimeout);

    /// <summary>A script was rolled back and begins anew in the same transaction: what a rollback leaves of it, such as settings, is to be forgotten.</summary>
    public virtual void BeganAnew(ServerSession session)
    {
    }

    /// <summary>Puts the session back to what it was when it was opened, after scripts have set what they liked.</summary>
    public abstract Task ResetAsync(ServerSession session, CancellationToken cancel);

    /// <summary>The schemas in which unqualified names are looked for, in order; in the first they are made. One empty name where there are none.</summary>
    public abstract Task<IReadOnlyList<string>> SearchPathAsync(ServerSession session, CancellationToken cancel);

    /// <summary>How the engine tells names apart.</summary>
    public virtual StringComparison NameComparison => StringComparison.Ordinal;

    /// <summary>How the server that was connected to tells the names of databases apart.</summary>
    public virtual StringComparison DatabaseNameComparison => NameComparison;

    /// <summary>True for what is in every database that was just made: a database with nothing else is empty.</summary>
    public virtual bool ComesWithDatabase(DbObject one) => false;

    /// <summary>False where what is not covered (<see cref="DbStructure.NotCovered"/>) is a kind that the server does not have, rather than an object.</summary>
    public virtual bool IsObject(string notCovered) => true;

    /// <summary>The full name of a table of PSMigrate's own, quoted.</summary>
    public string Own(string name) => OwnSchema is { } schema ? $"{Rows.Quote(schema)}.{Rows.Quote(name)}" : Rows.Quote("psmigrate_" + name);

    /// <summary>The name by which people find a table of PSMigrate's own.</summary>
    public string OwnName(string name) => OwnSchema is null ? "psmigrate_" + name : name;

    /// <summary>The statements that let a sequence live on when the table goes that it belongs to.</summary>
    public virtual IReadOnlyList<string> Detach(Structure.DbObject sequence) => [];

    /// <summary>The server's own consistency checks.</summary>
    public abstract Task<IReadOnlyList<CheckResult>> SelfCheckAsync(ServerSession session, CancellationToken cancel);

    /// <summary>Why nothing can be written through this session; null where that is not so.</summary>
    public abstract Task<string?> ReadOnlyBecauseAsync(ServerSession session, CancellationToken cancel);

    /// <summary>What the account lacks to do what is asked; empty where it lacks nothing.</summary>
    public abstract Task<IReadOnlyList<string>> MissingRightsAsync(ServerSession session, NeededRights needed, CancellationToken cancel);
}

/// <summary>A server's address, read by its driver.</summary>
/// <param name="ConnectionString">With secrets.</param>
/// <param name="Identity">The same for every way of writing it.</param>
/// <param name="Shown">For messages: host, port and database, no account's secrets.</param>
public sealed record ServerAddress(string ConnectionString, string Host, string Database, string Identity, string Shown)
{
    /// <summary>A token to log in with instead of a password; null where none was given.</summary>
    public string? AccessToken { get; init; }
}

/// <summary>What a plan is about to do, for the question whether the account may.</summary>
public sealed record NeededRights
{
    /// <summary>PSMigrate keeps its history and captures.</summary>
    public bool KeepsHistory { get; init; }

    /// <summary>Keys of tables and other objects that are altered or dropped.</summary>
    public IReadOnlySet<string> Altered { get; init; } = new HashSet<string>();

    /// <summary>Schemas in which something is made.</summary>
    public IReadOnlySet<string> CreatesIn { get; init; } = new HashSet<string>();

    /// <summary>Tables whose rows are written, by key.</summary>
    public IReadOnlySet<string> Written { get; init; } = new HashSet<string>();

    public bool CreatesSchemas { get; init; }
}
