using PSMigrate.Databases.Scripts;
using PSMigrate.Engine;
using PSMigrate.Plans;
using PSMigrate.Steps;
using PSMigrate.Targets;

namespace PSMigrate.Databases;

/// <summary>One SQL script, applied to a database.</summary>
public sealed class SqlStep : Step
{
    private readonly DatabaseTarget database;
    private readonly PlanScope scope;
    private readonly ReadScript? read;
    private SqlScript? script;
    private ScriptContent? content;
    private ScriptContent? runnable;

    /// <summary>What references stood for, with the reference: an engine's own messages may quote it.</summary>
    private readonly Dictionary<string, string> secrets = new(StringComparer.Ordinal);

    internal SqlStep(StepDefinition definition, DatabaseTarget database, PlanScope scope, ReadScript? read)
        : base(definition, database)
    {
        this.database = database;
        this.scope = scope;
        this.read = read;
        script = read?.Script;
    }

    /// <summary>True for a step that was made from the history, to be undone.</summary>
    internal bool IsForUndo { get; init; }

    public override string? UnitSettings => IsForUndo ? database.UndoUnitSettings : database.UnitSettingsFor(Script, Content);

    /// <summary>Without a transaction, each statement commits together with its own progress.</summary>
    public override bool CommitsWithHistory => true;

    public override void Load()
    {
        foreach (var statement in Content.Forward.Statements)
        {
            _ = database.Dialect.ReadFacts(statement);
        }
    }

    public override bool HasVerification => Script.VerifyQueries.Count > 0;

    public override async Task<string?> NotRehearsableBecauseAsync(CancellationToken cancel)
    {
        foreach (var part in new[] { Content.Forward, Content.Rollback })
        {
            if (part is not null && ReachesOutside.Find(part, database.Dialect) is { } statement)
            {
                return $"it reaches beyond the database ({statement.Place})";
            }
        }

        return await database.NotRehearsableBecauseAsync(Content, cancel).ConfigureAwait(false);
    }

    private SqlScript Script => script ??= Read();

    /// <summary>With references left as they are: what is planned and shown.</summary>
    private ScriptContent Content => content ??= (IsOnCopy ? null : read?.Content) ?? ReadContent();

    /// <summary>On a copy scripts are read otherwise: see <see cref="OwnQualifiers"/>.</summary>
    private bool IsOnCopy => database.Dialect.Database is { IsCopy: true };

    private bool HasVariables => Script.HasReferences;

    /// <summary>With references resolved: what is run.</summary>
    private ScriptContent Runnable => runnable ??= HasVariables ? Script.ReadContent(database.Dialect, Variables) : Content;

    private ScriptVariables Variables => new(scope.Variables, (source, name) =>
    {
        if (References.Find(source, name, scope.Services) is { Length: > 0 } secret)
        {
            secrets[secret] = $"${{{source}:{name}}}";
            return secret;
        }

        return null;
    });

    public override void RequireFilesUnchanged()
    {
        foreach (var file in Definition.Files)
        {
            if (file.Role == "do" && script is { } known && known.Text.Checksum == file.Checksum && FileStamp.Of(known.FilePath) == known.Stamp)
            {
                // Read in this process, and not touched since.
                continue;
            }

            PlanFiles.RequireChecksum(file, ScriptSource.Read(FullPath(file)).Checksum);
        }
    }

    public override Task<StepInspection> InspectAsync(InspectionContext context, CancellationToken cancel) =>
        database.InspectScriptAsync(Definition.Id, Script, Content, context, cancel);

    public override Task<AppliedStep> ApplyAsync(StepContext context, CancellationToken cancel) =>
        WithoutSecretsAsync(() => database.ApplyScriptAsync(Definition.Id, Script, Runnable, context, cancel));

    public override Task VerifyAsync(StepContext context, CancellationToken cancel) => WithoutSecretsAsync(async () =>
    {
        foreach (var query in Runnable.Verify)
        {
            var rows = await database.QueryAsync(query.Text, mostRows: 3, cancel).ConfigureAwait(false);
            if (rows.Count > 0)
            {
                throw new MigrationException("VerificationFailed", ErrorKind.Failed,
                    $"{query.Place}: the verification of '{Definition.Id}' must return no rows, but returned: {string.Join("; ", rows.Select(r => string.Join(", ", r.Select(v => v ?? "NULL"))))}.")
                {
                    Place = query.Place,
                    Offender = Definition.Id,
                    RecommendedAction = "Mend the script or the data that it meets.",
                };
            }
        }

        return true;
    });

    public override Task<UndoneStep> UndoAsync(StepContext context, HistoryEntry entry, CancellationToken cancel) =>
        WithoutSecretsAsync(() => database.UndoScriptAsync(entry, Variables, context, cancel));

    public override string? CannotUndoBecause(HistoryEntry entry) => database.CannotUndoBecause(entry);

    /// <summary>
    /// A script in a transaction is applied when the history says so. One without has kept how many of its statements were
    /// committed, together with each of them.
    /// </summary>
    public override async Task<ProbeResult> ProbeAsync(StepContext context, CancellationToken cancel)
    {
        if (context.Begun is { } begun)
        {
            return begun.Progress.Any(p => p.At.Length > 0) ? ProbeResult.Partly : ProbeResult.NotApplied;
        }

        var entries = await database.History.ReadAsync(cancel).ConfigureAwait(false);
        return entries.Any(e => e.IsApplied && e.Step == Definition.Id && e.RunId == context.RunId) ? ProbeResult.Applied : ProbeResult.NotApplied;
    }

    private async Task<T> WithoutSecretsAsync<T>(Func<Task<T>> act)
    {
        try
        {
            return await act().ConfigureAwait(false);
        }
        catch (MigrationException e) when (secrets.Keys.Any(secret => e.ToString().Contains(secret, StringComparison.Ordinal)))
        {
            // The cause is left out: its message would tell what this one hides.
            throw new MigrationException(e.ErrorId, e.Kind, Hide(e.Message))
            {
                Place = e.Place,
                Offender = e.Offender is string text ? Hide(text) : e.Offender,
                RecommendedAction = e.RecommendedAction is { } action ? Hide(action) : null,
            };
        }
    }

    private string Hide(string text) => secrets.OrderByDescending(s => s.Key.Length).Aggregate(text, (hidden, s) => hidden.Replace(s.Key, s.Value, StringComparison.Ordinal));

    private ScriptContent ReadContent()
    {
        var found = Script.ReadContent(database.Dialect, new ScriptVariables(scope.Variables));
        if (read is not null && !HasVariables && !IsOnCopy)
        {
            read.Content = found;
        }

        return found;
    }

    private SqlScript Read()
    {
        var file = Definition.Files.First(f => f.Role == "do");
        var undo = Definition.Files.FirstOrDefault(f => f.Role == "undo");
        var now = SqlScriptReader.Read(FullPath(file), undo is null ? null : FullPath(undo));
        PlanFiles.RequireChecksum(file, now.Text.Checksum);
        if (undo is not null)
        {
            PlanFiles.RequireChecksum(undo, now.UndoChecksum);
        }

        return now;
    }

    private string FullPath(StepFile file) => PlanFiles.Locate(file, scope.BaseFolder);
}
