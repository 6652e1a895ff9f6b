using System.Text.RegularExpressions;
using PSMigrate.Databases.Sql;

namespace PSMigrate.Databases.Scripts;

/// <summary>
/// Replaces <c>${name}</c> everywhere but in comments; <c>$${</c> stands for <c>${</c>. Inside a string or a quoted identifier
/// the quotes in a value are doubled, so that a value never ends the string that it stands in; elsewhere a value is SQL.
/// </summary>
internal static partial class VariableSubstitution
{
    private const string Opening = "${";

    /// <exception cref="MigrationException">UnknownVariable, VariableInvalid, VariableNotQuotable, SecretNotFound.</exception>
    public static MappedText Apply(MappedText text, SqlDialect dialect, ScriptVariables variables)
    {
        var at = text.Text.IndexOf(Opening, StringComparison.Ordinal);
        if (at < 0)
        {
            return text;
        }

        var builder = new MappedTextBuilder(text.Source);
        var tokenizer = new SqlTokenizer(text, dialect);
        var token = default(SqlToken);
        var copied = 0;
        for (; at >= 0; at = text.Text.IndexOf(Opening, Math.Max(copied, at + 1), StringComparison.Ordinal))
        {
            while (token.End <= at)
            {
                tokenizer.Read(out token);
            }

            if (token.Kind == SqlTokenKind.Comment)
            {
                continue;
            }

            if (at > copied && text.Text[at - 1] == '$')
            {
                builder.Append(text, copied, at - 1 - copied);
                copied = at;
                continue;
            }

            var reference = Reference().Match(text.Text, at);
            if (!reference.Success)
            {
                throw text.PlaceAt(at).Error(
                    "VariableInvalid",
                    "'${' begins a variable, but no name and closing brace follow.",
                    "Write ${name}, ${env:NAME} or ${secret:NAME}; write $${ where the characters themselves are meant.");
            }

            builder.Append(text, copied, at - copied);
            Replace(builder, text, reference, token, variables);
            copied = at + reference.Length;
        }

        builder.Append(text, copied, text.Text.Length - copied);
        return builder.Build();
    }

    private static void Replace(
        MappedTextBuilder builder, MappedText text, Match reference, SqlToken token, ScriptVariables variables)
    {
        var place = text.PlaceAt(reference.Index);
        var kind = reference.Groups["kind"].Value.ToLowerInvariant();
        var name = reference.Groups["name"].Value;
        var hidden = kind.Length > 0;
        var value = hidden ? Resolve(kind, name, place, variables) : Find(name, place, variables);
        if (value is null)
        {
            builder.Append(text, reference.Index, reference.Length);
            return;
        }

        var quoted = Quote(value, token, text, place, name);
        builder.AppendReplacement(quoted, text.SourceOffsetAt(reference.Index), reference.Length, hidden);
    }

    private static string Find(string name, SourcePlace place, ScriptVariables variables) =>
        variables.Find(name) ?? throw place.Error(
            "UnknownVariable",
            $"the variable '{name}' is not known.",
            variables.Names.Any()
                ? Nearest.Suggest(name, variables.Names)
                : "Give it a value in the plan's 'variables', or write $${ where the characters themselves are meant.");

    /// <summary>Null where references are to stay as they are.</summary>
    private static string? Resolve(string kind, string name, SourcePlace place, ScriptVariables variables)
    {
        if (variables.ResolveReference is not { } resolve)
        {
            return null;
        }

        return resolve(kind, name) ?? throw place.Error(
            "SecretNotFound",
            $"the reference ${{{kind}:{name}}} cannot be resolved.",
            kind == "env" ? $"Set the environment variable {name}." : $"Register the secret {name}.");
    }

    private static string Quote(string value, SqlToken token, MappedText text, SourcePlace place, string name)
    {
        if (token.Kind is not (SqlTokenKind.String or SqlTokenKind.QuotedIdentifier or SqlTokenKind.Blob))
        {
            return value;
        }

        var closing = text.Text[token.End - 1];
        if (!value.Contains(closing))
        {
            return value;
        }

        if (token.Kind != SqlTokenKind.Blob && text.Text[token.Offset] == closing)
        {
            return value.Replace(closing.ToString(), new string(closing, 2), StringComparison.Ordinal);
        }

        throw place.Error(
            "VariableNotQuotable",
            $"the value of '{name}' has a '{closing}', which cannot be written between these quotes.",
            "Use other quotes around the variable, or another value.");
    }

    /// <summary>Never two hyphens in a row: they would begin a comment.</summary>
    [GeneratedRegex(@"\G\$\{(?:(?<kind>env|secret):)?(?<name>[\p{L}_](?:[.-]?[\p{L}\p{N}_])*)\}", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Reference();
}
