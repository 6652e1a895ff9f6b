using FluentMigrator;

namespace PSMigrate.Benchmarks.Contenders;

/// <summary>A FluentMigrator migration that executes one script file.</summary>
internal sealed class ScriptMigration(string path) : ForwardOnlyMigration
{
    /// <inheritdoc />
    public override void Up() => Execute.Script(path);
}
