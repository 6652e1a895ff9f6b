namespace PSMigrate.Benchmarks.Scripts;

/// <summary>The form in which a contender wants the scripts. The work in them is the same.</summary>
internal enum ScriptForm
{
    /// <summary><c>00001_name.sql</c> in the template, with its own BEGIN and COMMIT.</summary>
    Template,

    /// <summary>The template without BEGIN and COMMIT, for tools that open the transaction themselves.</summary>
    Plain,

    /// <summary>The plain form, with file names such as <c>V00001__name.sql</c>.</summary>
    Versioned,
}
