using PSMigrate.Benchmarks.Scripts;

namespace PSMigrate.Benchmarks.Contenders;

/// <summary>The least a planner can do: read every file, keep its text and checksum, and look into the database.</summary>
internal sealed class BarePlanner : IPlanner
{
    /// <inheritdoc />
    public string Name => "Bare loop";

    /// <inheritdoc />
    public string LooksAt => "text and checksum of each file, tables of the database";

    /// <inheritdoc />
    public ScriptForm Form => ScriptForm.Plain;

    /// <inheritdoc />
    public Task<int> PlanAsync(string folder, BenchmarkDatabase database)
    {
        using var connection = database.Connect();
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = database.IndexesSql;
        command.ExecuteScalar();

        var files = Directory.GetFiles(folder, "*.sql");
        Array.Sort(files, StringComparer.Ordinal);
        var plan = new List<(string Name, string Text, string Checksum)>(files.Length);
        foreach (var file in files)
        {
            var bytes = File.ReadAllBytes(file);
            plan.Add((Path.GetFileName(file), System.Text.Encoding.UTF8.GetString(bytes), BareLoop.Checksum(bytes)));
        }

        return Task.FromResult(plan.Count);
    }
}
