using PSMigrate.Databases.Data;
using PSMigrate.Databases.Scripts;
using PSMigrate.Databases.Sql;
using PSMigrate.Steps;
using SQLitePCL;

namespace PSMigrate.Databases.Sqlite;

/// <summary>
/// The structure of a database in memory, without its rows. Scripts are run on it to see what they would change, each on what
/// the scripts before it left. SQLite looks through the whole structure for each change of it, so only what a script
/// mentions, and what hangs together with that, is made here.
/// </summary>
internal sealed class SqliteScratch : IInspectionScratch, ITableScratch
{
    /// <summary>A scratch with more objects, most of which a script does not mention, is begun anew.</summary>
    private const int ResidentsAllowed = 256;

    private readonly string file;
    private readonly bool foreignKeys;
    private readonly bool hasSequences;
    private readonly bool hasStatistics;
    private readonly SqliteSchema known;
    private readonly MentionIndex mentions = new();
    private readonly HashSet<string> cannotBeMade = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> copied = new(StringComparer.OrdinalIgnoreCase);
    private List<string> notExamined = [];

    public SqliteScratch(SqliteSession original, string file)
    {
        this.file = file;
        foreignKeys = original.Long("PRAGMA foreign_keys") != 0;
        hasSequences = original.Long("SELECT count(*) FROM main.sqlite_schema WHERE name = 'sqlite_sequence'") > 0;
        hasStatistics = original.Long("SELECT count(*) FROM main.sqlite_schema WHERE name = 'sqlite_stat1'") > 0;
        known = SqliteSchema.Read(original);
        foreach (var one in known.Objects)
        {
            mentions.Add(one);
        }

        Sizes = new TableSizes(original);
        Session = null!;
        Schema = null!;
        Begin();
    }

    public SqliteSession Session { get; private set; }

    /// <summary>The sizes of the original's tables.</summary>
    public TableSizes Sizes { get; }

    public SqliteActions Actions { get; } = new();

    /// <summary>The objects that are here; <see cref="Keep"/> makes what a script did to them known to the scripts after it.</summary>
    public SqliteSchema Schema { get; private set; }

    /// <summary>Scripts are run here: what they make is here.</summary>
    bool ITableScratch.WillBeThere(string schema, string name) => Schema.FindTable(name) is not null || copied.Contains(name);

    void ITableScratch.WillBeWritten(string schema, string name)
    {
    }

    void ITableScratch.WillBeMade(string schema, string name) => copied.Add(name);

    /// <summary>Makes what a script needs, and sets the pragmas that it asks for.</summary>
    public void Prepare(ScriptPart script)
    {
        var needed = Closure(script.Statements.SelectMany(s => MentionIndex.NamesIn(s.Text)));
        if (Schema.Objects.Count > ResidentsAllowed && Schema.Objects.Count > 4 * needed.Count)
        {
            Begin();
        }

        foreach (var one in needed.Where(o => Schema.Find(o.Name) is null && !cannotBeMade.Contains(o.Name))
            .OrderBy(o => o.Kind switch { "table" => 0, "view" => 1, "index" => 2, _ => 3 }).ToList())
        {
            try
            {
                Session.Execute(one.Sql);
                Schema.Add(one);
            }
            catch (MigrationException e)
            {
                cannotBeMade.Add(one.Name);
                notExamined.Add($"{one.Kind} {one.Name} ({e.Message})");
            }
        }

        foreach (var pragma in script.Prelude.Where(IsKept))
        {
            Session.Execute(pragma.Text);
        }
    }

    /// <summary>Ends a script that ran through: what it left is what the next one finds.</summary>
    public void Keep(SqliteScriptRun run, ScriptPart script)
    {
        if (Session.InTransaction)
        {
            Session.Execute("COMMIT");
        }

        foreach (var name in run.Structure.Before.Keys)
        {
            known.Remove(name);
            if (Schema.Find(name) is { } now)
            {
                known.Add(now);
                mentions.Add(now);
            }
        }

        if (script.Prelude.Any(IsKept))
        {
            Session.Execute("PRAGMA legacy_alter_table = OFF");
            Session.Execute($"PRAGMA foreign_keys = {(foreignKeys ? 1 : 0)}");
        }
    }

    /// <summary>Ends a script that failed: what it did is forgotten.</summary>
    public void Discard() => Begin();

    /// <summary>Objects that could not be made here, such as virtual tables whose module is not loaded; told once.</summary>
    public IReadOnlyList<string> TakeNotExamined()
    {
        var told = notExamined;
        notExamined = [];
        return told;
    }

    public ValueTask DisposeAsync()
    {
        Session.Dispose();
        return ValueTask.CompletedTask;
    }

    private static bool IsKept(SqlStatement pragma) => SqliteStatementReader.Read(pragma).PragmaName is "foreign_keys" or "legacy_alter_table";

    private void Begin()
    {
        Session?.Dispose();
        Session = new SqliteSession("Data Source=:memory:", file, TimeSpan.Zero);
        raw.sqlite3_set_authorizer(Session.Handle, SqliteTarget.Authorize, Actions);
        if (!foreignKeys)
        {
            Session.Execute("PRAGMA foreign_keys = OFF");
        }

        // SQLite's own tables cannot be created by name; each comes with what it is for.
        if (hasSequences)
        {
            Session.Execute($"CREATE TABLE {SqliteName.Prefix}sequence (id INTEGER PRIMARY KEY AUTOINCREMENT)");
        }

        if (hasStatistics)
        {
            Session.Execute("ANALYZE");
        }

        Schema = SqliteSchema.Read(Session);
    }

    /// <summary>The objects of these names, what they mention and what mentions them, and so on.</summary>
    private HashSet<SqliteObject> Closure(IEnumerable<string> names)
    {
        var found = new HashSet<SqliteObject>(ReferenceEqualityComparer.Instance);
        var open = new Stack<SqliteObject>();
        void Visit(string name)
        {
            if (known.Find(name) is { } one && found.Add(one))
            {
                open.Push(one);
            }
        }

        foreach (var name in names)
        {
            Visit(name);
        }

        while (open.TryPop(out var one))
        {
            Visit(one.Table);
            foreach (var mentioned in MentionIndex.NamesIn(one.Sql))
            {
                Visit(mentioned);
            }

            foreach (var other in mentions.Of(one.Name))
            {
                Visit(other);
            }
        }

        return found;
    }
}
