using System.Collections.Concurrent;
using PSMigrate.Engine;

namespace PSMigrate.Databases.Tests.Engine;

/// <summary>Stands in for PowerShell: notes each call and answers as the test wants, by the script's file name.</summary>
internal sealed class RecordingScripts : IScriptRunner
{
    private readonly ConcurrentQueue<ScriptCall> calls = new();

    public IReadOnlyList<ScriptCall> Calls => [.. calls];

    public Dictionary<string, Func<IReadOnlyList<object?>>> Answers { get; } = [];

    public Task<IReadOnlyList<object?>> RunAsync(ScriptCall call, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        calls.Enqueue(call);
        return Task.FromResult(Answers.TryGetValue(Path.GetFileName(call.Path), out var answer) ? answer() : []);
    }
}
