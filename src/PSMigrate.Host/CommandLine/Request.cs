using System.Management.Automation.Runspaces;

namespace PSMigrate.Host.CommandLine;

/// <summary>What the command line asks for.</summary>
internal abstract record Request;

internal sealed record ShowHelp : Request;

internal sealed record ShowVersion : Request;

/// <summary>A script to run.</summary>
/// <param name="Source">Where the script is.</param>
/// <param name="Arguments">What is bound to the script's parameters.</param>
/// <param name="Options">How it is run.</param>
internal sealed record RunRequest(
    ScriptSource Source, IReadOnlyList<CommandParameter> Arguments, RunOptions Options) : Request;

/// <param name="ModulePath">The module's manifest or its folder; null for the module that belongs to this host.</param>
/// <param name="NonInteractive">Whether a prompt is an error.</param>
internal sealed record RunOptions(string? ModulePath, bool NonInteractive);

/// <summary>Where a script is.</summary>
internal abstract record ScriptSource;

internal sealed record FromFile(string Path) : ScriptSource;

internal sealed record FromCommand(string Text) : ScriptSource;

internal sealed record FromStandardInput : ScriptSource;
