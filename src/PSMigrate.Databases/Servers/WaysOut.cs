using System.Text.RegularExpressions;
using PSMigrate.Databases.Scripts;
using PSMigrate.Databases.Servers.Structure;
using PSMigrate.Databases.Sql;

namespace PSMigrate.Databases.Servers;

/// <summary>
/// What of a copy would act on what is not copied, most of all on the original: triggers and routines that name a database, tables that are
/// on another server, functions that go there. Steps that may set it off are not rehearsed. Judged by words: rather too much than too little.
/// </summary>
internal sealed partial class WaysOut
{
    private const string Part = @"\[[^\]]+\]|`[^`]+`|""[^""]+""|[\w$#@]+";

    private readonly ServerEngine engine;
    private readonly Regex? qualified;
    private readonly Regex? called;
    private readonly Regex? leading;

    /// <summary>What must not be run or called, by name, with the reason.</summary>
    private readonly Dictionary<string, string> acting = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>What must not be written, by name, with the reason.</summary>
    private readonly Dictionary<string, string> written = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="engine">Says what leads out.</param>
    /// <param name="structure">What is in the copy.</param>
    /// <param name="databases">The databases that can be named, the original's among them.</param>
    public WaysOut(ServerEngine engine, DbStructure structure, IEnumerable<string> databases)
    {
        this.engine = engine;
        if (engine.OtherDatabasesQuery is not null)
        {
            var name = $@"(?<!\.\s*[`""\[]?)[`""\[]?(?<![\w$#@])({string.Join('|', databases.Select(Regex.Escape))})(?![\w$#@])[`""\]]?\s*\.\s*";
            qualified = new Regex(engine.Dialect.SchemasAreDatabases ? name : $@"{name}(\.|({Part})\s*\.)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
            called = engine.Dialect.SchemasAreDatabases ? new Regex($@"{name}({Part})\s*\(", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant) : null;
        }

        leading = engine.WordsThatLeadOut.Count == 0 ? null
            : new Regex($@"(?<![\w$#@])({string.Join('|', engine.WordsThatLeadOut)})(?![\w$#@])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
        Spread(structure);
    }

    public static async Task<WaysOut> OfCopyAsync(ServerTarget copy, CancellationToken cancel)
    {
        var databases = copy.Engine.OtherDatabasesQuery is { } query
            ? await copy.Session.ListAsync(query, row => row.GetString(0), cancel).ConfigureAwait(false) : [];
        return new WaysOut(copy.Engine, await copy.Engine.Reader.ReadAsync(copy.Session, null, cancel).ConfigureAwait(false), databases.Append(copy.NameInScripts).Distinct(StringComparer.Ordinal));
    }

    /// <summary>Why the part of a script must not be run on a copy; null where it may.</summary>
    public string? Of(ScriptPart part)
    {
        foreach (var statement in part.Statements)
        {
            foreach (var facts in engine.Dialect.ReadFacts(statement).Each)
            {
                if (Of(statement, facts) is { } why)
                {
                    return $"it reaches beyond the database ({statement.Place}: {why})";
                }
            }
        }

        return null;
    }

    private string? Of(SqlStatement statement, StatementFacts facts)
    {
        if (MakesCode(facts) || IsCode(facts))
        {
            return InText(statement.Text);
        }

        if (facts.Kind is StatementKind.Select or StatementKind.Explain or StatementKind.Set or StatementKind.Control || OnlyWrites(facts))
        {
            return Found(leading, statement.Text, "it has") ?? Found(called, statement.Text, "it calls") ?? Named(statement.Text, acting)
                ?? (OnlyWrites(facts) ? facts.Names.Select(n => written.GetValueOrDefault(n.Name)).FirstOrDefault(why => why is not null) ?? WrittenByWith(facts) : null);
        }

        // Under its new name it would not be known again.
        return facts.NewName is not null || facts.Actions.Any(a => a.NewName is not null) ? facts.Names.Select(n => written.GetValueOrDefault(n.Name)).FirstOrDefault(why => why is not null) : null;
    }

    private string? WrittenByWith(StatementFacts facts) => facts.ReturnsInto is { } into ? written.GetValueOrDefault(into.Name) : null;

    private static bool OnlyWrites(StatementFacts facts) => facts.Kind is StatementKind.Select or StatementKind.Insert or StatementKind.Update or StatementKind.Delete or StatementKind.Replace
        or StatementKind.Merge or StatementKind.Copy or StatementKind.Truncate;

    private static bool IsCode(StatementFacts facts) => facts.Kind is StatementKind.Call or StatementKind.Do or StatementKind.Other || facts.IsOpaque;

    private static bool MakesCode(StatementFacts facts) => facts.Kind is StatementKind.CreateTrigger or StatementKind.CreateView
        || (facts.Kind is StatementKind.Create or StatementKind.Alter && facts.ObjectKind is not (SqlObjectKind.Table or SqlObjectKind.Index or SqlObjectKind.Sequence or SqlObjectKind.Schema));

    /// <summary>What in the text of code leads out.</summary>
    private string? InText(string text) =>
        Found(qualified, text, "it names") ?? Found(leading, text, "it has") ?? Named(text, acting) ?? Named(text, written);

    private static string? Found(Regex? what, string text, string how) => what?.Match(text) is { Success: true } found ? $"{how} {found.Value.Trim()}" : null;

    private static string? Named(string text, Dictionary<string, string> names)
    {
        if (names.Count > 0)
        {
            foreach (Match word in Words().Matches(text))
            {
                if (names.TryGetValue(word.Value, out var why))
                {
                    return why;
                }
            }
        }

        return null;
    }

    /// <summary>From what leads out to all that sets it off, until nothing more is found.</summary>
    private void Spread(DbStructure structure)
    {
        foreach (var one in structure.Objects)
        {
            if (engine.LeadsOut(one) is { } why)
            {
                written.TryAdd(one.Name, $"{one} {why}");
            }
        }

        for (var before = -1; before != acting.Count + written.Count;)
        {
            before = acting.Count + written.Count;
            foreach (var one in structure.Objects)
            {
                Spread(one, structure);
            }
        }
    }

    private void Spread(DbObject one, DbStructure structure)
    {
        if (one.Parent is { } parent)
        {
            // Triggers and rules, and what defaults and checks call.
            var why = one.Kind is DbKinds.Column or DbKinds.Check or DbKinds.Index ? Facets(one).Select(text => Named(text, acting)).FirstOrDefault(w => w is not null)
                : one.Kind == DbKinds.ForeignKey ? Facets(one).Any(text => text is not ("NO ACTION" or "RESTRICT")) && written.TryGetValue(NameOf(parent, structure), out var child) ? child : null
                : Because(one);
            if (why is not null)
            {
                written.TryAdd(NameOf(one.Kind == DbKinds.ForeignKey ? one.RefersTo ?? parent : parent, structure), why);
            }
        }
        else if (one.Kind == DbKinds.Table)
        {
            foreach (var whole in one.Needs.Where(n => written.ContainsKey(one.Name) && structure.Find(n) is { Kind: DbKinds.Table }))
            {
                written.TryAdd(NameOf(whole, structure), written[one.Name]);
            }
        }
        else if (one.Kind is DbKinds.View or DbKinds.MaterializedView)
        {
            if (Facets(one).Select(text => Named(text, acting)).FirstOrDefault(w => w is not null) is { } called)
            {
                acting.TryAdd(one.Name, called);
            }
            else if (Because(one) is { } why)
            {
                written.TryAdd(one.Name, why);
            }
        }
        else if ((one.Kind is DbKinds.Function or DbKinds.Procedure || engine.CodeOf(one) is not null) && Because(one) is { } why)
        {
            acting.TryAdd(Plain(one.Name), why);
        }
    }

    private string? Because(DbObject one) => Facets(one).Select(text =>
        Found(qualified, text, $"{one} names") ?? Found(leading, text, $"{one} has") ?? Named(text, acting) ?? Named(text, written)).FirstOrDefault(why => why is not null);

    private static IEnumerable<string> Facets(DbObject one) => one.Facets.Where(f => f.Key is not (DbFacets.Comment or DbFacets.Owner or DbFacets.Permissions or DbFacets.Type)).Select(f => f.Value);

    private static string NameOf(string key, DbStructure structure) => structure.Find(key)?.Name ?? key;

    /// <summary>Routines may have their argument types with their names.</summary>
    private static string Plain(string name) => name.IndexOf('(', StringComparison.Ordinal) is > 0 and var at ? name[..at] : name;

    [GeneratedRegex(@"[\w$#@]+", RegexOptions.CultureInvariant)]
    private static partial Regex Words();
}
