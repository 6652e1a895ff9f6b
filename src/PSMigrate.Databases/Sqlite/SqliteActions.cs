using SQLitePCL;

namespace PSMigrate.Databases.Sqlite;

/// <summary>
/// What a statement will do to the main database, as SQLite's own compiler says through the authorizer: also what its triggers
/// and foreign key actions will do. Nothing is guessed from text.
/// </summary>
internal sealed class SqliteActions
{
    /// <summary>True while the statement being prepared is the script's and not PSMigrate's own.</summary>
    public bool IsListening { get; set; }

    /// <summary>Pragmas of the file that are set.</summary>
    public List<string> Pragmas { get; } = [];

    public bool Any => Pragmas.Count + Created.Count + Dropped.Count + Altered.Count + Inserted.Count + Updated.Count + Deleted.Count > 0;

    public bool ChangesStructure => Created.Count + Dropped.Count + Altered.Count > 0;

    /// <summary>Names of new tables, indexes, views and triggers, each with its kind.</summary>
    public Dictionary<string, string> Created { get; } = new(StringComparer.OrdinalIgnoreCase);

    public Dictionary<string, string> Dropped { get; } = new(StringComparer.OrdinalIgnoreCase);

    public HashSet<string> Altered { get; } = new(StringComparer.OrdinalIgnoreCase);

    public HashSet<string> Inserted { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Tables, each with the columns that are set.</summary>
    public Dictionary<string, SortedSet<string>> Updated { get; } = new(StringComparer.OrdinalIgnoreCase);

    public HashSet<string> Deleted { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Tables whose rows are written.</summary>
    public List<string> Written => [.. Inserted.Concat(Updated.Keys).Concat(Deleted).Distinct(StringComparer.OrdinalIgnoreCase)];

    /// <summary>Every object that is named.</summary>
    public IEnumerable<string> Names =>
        Created.Keys.Concat(Dropped.Keys).Concat(Altered).Concat(Inserted).Concat(Updated.Keys).Concat(Deleted);

    public void Clear()
    {
        Pragmas.Clear();
        Created.Clear();
        Dropped.Clear();
        Altered.Clear();
        Inserted.Clear();
        Updated.Clear();
        Deleted.Clear();
    }

    /// <summary>Codes and arguments: sqlite.org/c3ref/c_alter_table.html.</summary>
    public void Note(int code, utf8z first, utf8z second, utf8z database)
    {
        if (!IsListening)
        {
            return;
        }

        switch (code)
        {
            case raw.SQLITE_PRAGMA when second.utf8_to_string() is not null:
                Pragmas.Add(first.utf8_to_string().ToLowerInvariant());
                return;
            case raw.SQLITE_ALTER_TABLE when first.utf8_to_string() == "main":
                Altered.Add(second.utf8_to_string());
                return;
            case raw.SQLITE_CREATE_TABLE or raw.SQLITE_CREATE_VTABLE or raw.SQLITE_CREATE_INDEX or raw.SQLITE_CREATE_VIEW or raw.SQLITE_CREATE_TRIGGER
                or raw.SQLITE_DROP_TABLE or raw.SQLITE_DROP_VTABLE or raw.SQLITE_DROP_INDEX or raw.SQLITE_DROP_VIEW or raw.SQLITE_DROP_TRIGGER
                or raw.SQLITE_INSERT or raw.SQLITE_UPDATE or raw.SQLITE_DELETE:
                break;
            default:
                return;
        }

        if (database.utf8_to_string() != "main")
        {
            return;
        }

        var name = first.utf8_to_string();
        if (SqliteName.IsInternal(name))
        {
            return;
        }

        switch (code)
        {
            case raw.SQLITE_CREATE_TABLE or raw.SQLITE_CREATE_VTABLE:
                Created[name] = "table";
                break;
            case raw.SQLITE_CREATE_INDEX:
                Created[name] = "index";
                break;
            case raw.SQLITE_CREATE_VIEW:
                Created[name] = "view";
                break;
            case raw.SQLITE_CREATE_TRIGGER:
                Created[name] = "trigger";
                break;
            case raw.SQLITE_DROP_TABLE or raw.SQLITE_DROP_VTABLE:
                Dropped[name] = "table";
                break;
            case raw.SQLITE_DROP_INDEX:
                Dropped[name] = "index";
                break;
            case raw.SQLITE_DROP_VIEW:
                Dropped[name] = "view";
                break;
            case raw.SQLITE_DROP_TRIGGER:
                Dropped[name] = "trigger";
                break;
            case raw.SQLITE_INSERT:
                Inserted.Add(name);
                break;
            case raw.SQLITE_DELETE:
                Deleted.Add(name);
                break;
            case raw.SQLITE_UPDATE:
                if (!Updated.TryGetValue(name, out var columns))
                {
                    Updated[name] = columns = new SortedSet<string>(StringComparer.OrdinalIgnoreCase);
                }

                columns.Add(second.utf8_to_string());
                break;
        }
    }
}
