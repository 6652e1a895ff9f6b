using PSMigrate.Targets;

namespace PSMigrate.Plans;

/// <summary>The files that a plan's steps name: always inside the plan's folder, always covered by the plan's hash.</summary>
public static class PlanFiles
{
    /// <summary>The path relative to the plan's folder, with forward slashes.</summary>
    /// <exception cref="MigrationException">PathOutsidePlan: the path leads out of the folder, also through a link.</exception>
    public static string Relative(PlanNode node, string path, string folder)
    {
        var full = Path.GetFullPath(path, folder);
        var relative = Path.GetRelativePath(folder, full);
        if (Path.IsPathRooted(path) || LeadsOut(relative) || LinkLeadsOut(full, folder))
        {
            throw node.Error("PathOutsidePlan", $"'{path}' leads out of the plan's folder {folder}.", "Use files inside the plan's folder.");
        }

        return relative.Replace('\\', '/');
    }

    /// <summary>A file that a step uses, with its checksum.</summary>
    /// <exception cref="MigrationException">PlanFileMissing.</exception>
    public static StepFile Describe(string role, PlanNode node, string folder)
    {
        var path = node.Text(role);
        var relative = Relative(node, path, folder);
        var full = Path.Combine(folder, relative);
        if (!File.Exists(full))
        {
            throw node.Error("PlanFileMissing", $"the file '{path}' is not there.", $"Create {full}, or mend the path.");
        }

        return new StepFile(role, relative, Checksum(full));
    }

    /// <summary>The full path of a file that a plan uses.</summary>
    /// <exception cref="MigrationException">ScriptMissing.</exception>
    public static string Locate(StepFile file, string folder)
    {
        var path = Path.Combine(folder, file.Path);
        return File.Exists(path) ? path : throw new MigrationException("ScriptMissing", ErrorKind.NotFound, $"The script '{file.Path}' is not there any more.")
        {
            Offender = file.Path,
            RecommendedAction = $"Put {path} back, or plan again.",
        };
    }

    /// <summary>The full path of a file that is still what the plan was made from.</summary>
    /// <exception cref="MigrationException">ScriptMissing, ScriptChanged.</exception>
    public static string RequireUnchanged(StepFile file, string folder)
    {
        var path = Locate(file, folder);
        RequireChecksum(file, Checksum(path));
        return path;
    }

    /// <summary>Compares what was read of a file with what the plan was made from.</summary>
    /// <exception cref="MigrationException">ScriptChanged, naming the file.</exception>
    public static void RequireChecksum(StepFile file, string? present)
    {
        if (present != file.Checksum)
        {
            throw new MigrationException("ScriptChanged", ErrorKind.Refused, $"'{file.Path}' has changed since the plan was made; the plan's evidence is void.")
            {
                Offender = file.Path,
                RecommendedAction = "Plan again with New-MigrationPlan, and rehearse and approve the new plan.",
            };
        }
    }

    /// <summary>SHA-256 of a text file, independent of byte order mark and line ends.</summary>
    public static string Checksum(string path)
    {
        using var reader = new StreamReader(path, System.Text.Encoding.UTF8, detectEncodingFromByteOrderMarks: true);
        return Fingerprint.OfText(reader.ReadToEnd().ReplaceLineEndings("\n"));
    }

    private static bool LeadsOut(string relative) =>
        Path.IsPathRooted(relative) || relative == ".." || relative.StartsWith("../", StringComparison.Ordinal) || relative.StartsWith("..\\", StringComparison.Ordinal);

    private static bool LinkLeadsOut(string full, string folder)
    {
        for (var at = full; at.Length > folder.Length; at = Path.GetDirectoryName(at)!)
        {
            FileSystemInfo info = Directory.Exists(at) ? new DirectoryInfo(at) : new FileInfo(at);
            if (info.Exists && info.ResolveLinkTarget(returnFinalTarget: true) is { } end && LeadsOut(Path.GetRelativePath(folder, end.FullName)))
            {
                return true;
            }
        }

        return false;
    }
}
