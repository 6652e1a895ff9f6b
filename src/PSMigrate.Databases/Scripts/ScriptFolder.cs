namespace PSMigrate.Databases.Scripts;

/// <summary>Reads folders of scripts.</summary>
public static class ScriptFolder
{
    /// <summary>
    /// The scripts of a folder in the order of their versions; then those without one, by name with numbers compared as numbers;
    /// then those that are applied again and again. Requirements move a script forward only as far as they must.
    /// </summary>
    /// <param name="folder">The folder; its undo files are paired with their scripts.</param>
    /// <param name="selection">Which of its scripts are wanted.</param>
    /// <exception cref="MigrationException">
    /// FolderNotFound, FolderUnreadable, NoScripts, DuplicateVersion, DuplicateName, OrphanUndo, RollbackAmbiguous,
    /// RequiresUnknown, RequiresAmbiguous, RequiresSkipped, RequiresCycle, and those of <see cref="SqlScriptReader.Read(string)"/>.
    /// </exception>
    public static ScriptSet Read(string folder, ScriptSelection? selection = null)
    {
        selection ??= new ScriptSelection();
        var files = FindFiles(folder, selection.Recursive);
        if (files.Count == 0)
        {
            throw new MigrationException("NoScripts", ErrorKind.NotFound, $"The folder {folder} has no {ScriptFileName.Extension} file.")
            {
                Offender = folder,
                RecommendedAction = selection.Recursive
                    ? "Put scripts into the folder, or name another."
                    : "Put scripts into the folder, name another, or ask for its subfolders too.",
            };
        }

        return Arrange(files, selection, findUndoBeside: false);
    }

    /// <summary>These script files, in the same order as a folder's; the undo files beside them belong to them.</summary>
    /// <inheritdoc cref="Read(string, ScriptSelection?)" path="/exception"/>
    public static ScriptSet Read(IEnumerable<string> files, ScriptSelection? selection = null) =>
        Arrange([.. files], selection ?? new ScriptSelection(), findUndoBeside: true);

    private static List<string> FindFiles(string folder, bool recursive)
    {
        if (!Directory.Exists(folder))
        {
            throw new MigrationException("FolderNotFound", ErrorKind.NotFound, $"The folder {folder} is not there.")
            {
                Offender = folder,
                RecommendedAction = "Create the folder, or mend the path.",
            };
        }

        try
        {
            var files = new List<string>();
            AddFiles(folder, recursive, files);
            return files;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var kind = e is UnauthorizedAccessException ? ErrorKind.Denied : ErrorKind.Failed;
            throw new MigrationException("FolderUnreadable", kind, $"The folder {folder} cannot be read: {e.Message}", e)
            {
                Offender = folder,
                RecommendedAction = "Give the folder rights that let it be read.",
            };
        }
    }

    private static void AddFiles(string folder, bool recursive, List<string> files)
    {
        // A leading dot hides a file where attributes do not: "._001.sql" is a left-over of another file system, not a script.
        var options = new EnumerationOptions { AttributesToSkip = FileAttributes.Hidden | FileAttributes.System, IgnoreInaccessible = false };
        files.AddRange(Directory.EnumerateFiles(folder, "*", options).Where(file =>
            file.EndsWith(ScriptFileName.Extension, StringComparison.OrdinalIgnoreCase) && !IsDotted(file)));
        if (!recursive)
        {
            return;
        }

        // A link may lead back to where the search came from.
        options.AttributesToSkip |= FileAttributes.ReparsePoint;
        foreach (var inner in Directory.EnumerateDirectories(folder, "*", options).Where(inner => !IsDotted(inner)))
        {
            AddFiles(inner, recursive, files);
        }
    }

    private static bool IsDotted(string path) => Path.GetFileName(path.AsSpan()).StartsWith(".");

    private static ScriptSet Arrange(IReadOnlyList<string> files, ScriptSelection selection, bool findUndoBeside)
    {
        var named = files.Select(path => (Path: path, Name: ScriptFileName.Of(path))).ToList();
        var undoOf = PairUndos(named);
        var scripts = named.Where(file => !file.Name.IsUndo).ToList();
        var all = new SqlScript[scripts.Count];
        SideBySide.ForEach([.. Enumerable.Range(0, scripts.Count)], i =>
        {
            var (path, name) = scripts[i];
            var undo = undoOf.TryGetValue(path, out var paired) ? paired : findUndoBeside ? UndoFiles.Beside(path) : null;
            all[i] = SqlScriptReader.Read(path, name, undo);
        });

        var wanted = all.Where(script => script.IsFor(selection.Environment)).ToList();
        RequireDistinctNames(wanted);
        RequireDistinctVersions(wanted);
        wanted.Sort(ScriptOrder.Compare);

        var skipped = all
            .Where(script => !script.IsFor(selection.Environment))
            .Order(Comparer<SqlScript>.Create(ScriptOrder.Compare))
            .Select(script => new SkippedScript(script, WhySkipped(script, selection.Environment)))
            .ToList();
        return new ScriptSet(ScriptRequirements.Order(wanted, skipped, selection.IsInHistory), skipped);
    }

    private static Dictionary<string, string> PairUndos(List<(string Path, ScriptFileName Name)> files)
    {
        var undos = files.Where(file => file.Name.IsUndo).ToList();
        var pairs = new Dictionary<string, string>();
        if (undos.Count == 0)
        {
            return pairs;
        }

        var scripts = files
            .Where(file => !file.Name.IsUndo)
            .ToLookup(file => Key(file.Name), StringComparer.OrdinalIgnoreCase);
        foreach (var undo in undos)
        {
            var folder = Path.GetDirectoryName(undo.Path);
            var script = scripts[Key(undo.Name)]
                .Where(file => UndoFiles.Belongs(undo.Name, file.Name))
                .OrderByDescending(file => Path.GetDirectoryName(file.Path) == folder)
                .FirstOrDefault();
            if (script.Path is null)
            {
                throw Orphan(undo.Path, undo.Name);
            }

            if (!pairs.TryAdd(script.Path, undo.Path))
            {
                UndoFiles.Only(script.Path, [pairs[script.Path], undo.Path]);
            }
        }

        return pairs;

        static string Key(ScriptFileName name) => ScriptFileName.Comparable(name.Title);
    }

    private static MigrationException Orphan(string path, ScriptFileName undo)
    {
        var wanted = undo.IsNamedUndo ? $"{undo.Stem}.sql" : $"V{undo.Version}__{undo.Title}.sql";
        return new MigrationException("OrphanUndo", ErrorKind.InvalidInput, $"The undo file {path} has no script: {wanted} is not there.")
        {
            Offender = path,
            RecommendedAction = "Give the undo file the name of its script, or remove it.",
        };
    }

    private static void RequireDistinctNames(List<SqlScript> scripts)
    {
        foreach (var same in scripts.GroupBy(script => ScriptFileName.Comparable(script.Name), StringComparer.OrdinalIgnoreCase))
        {
            if (same.Skip(1).Any())
            {
                throw Duplicate("DuplicateName", [.. same], "have the same name", "The history knows a script by its name: rename one of them.");
            }
        }
    }

    private static void RequireDistinctVersions(List<SqlScript> scripts)
    {
        foreach (var same in scripts.Where(script => script.Version is not null).GroupBy(script => script.Version))
        {
            if (same.Skip(1).Any())
            {
                throw Duplicate("DuplicateVersion", [.. same], "have the same version", "Their order would be a guess: give one of them another version.");
            }
        }
    }

    private static MigrationException Duplicate(string errorId, List<SqlScript> same, string what, string action)
    {
        var paths = same.Select(script => script.FilePath).Order(StringComparer.Ordinal).ToList();
        return new MigrationException(errorId, ErrorKind.InvalidInput, $"{string.Join(" and ", paths)} {what}.")
        {
            Offender = paths[1],
            RecommendedAction = action,
        };
    }

    private static string WhySkipped(SqlScript script, string? environment) =>
        $"The script is for {string.Join(", ", script.Environments)} only, and "
        + (environment is null ? "no environment was named." : $"this is {environment}.");
}
