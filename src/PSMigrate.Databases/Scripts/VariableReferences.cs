using PSMigrate.Databases.Sql;

namespace PSMigrate.Databases.Scripts;

/// <summary>
/// Gives the values of <c>${name}</c>; <c>$${</c> stands for <c>${</c>. Inside a string or a quoted identifier the quotes in a
/// value are doubled, so that a value never ends the string that it stands in; elsewhere a value is SQL. <c>$(name)</c> is replaced as
/// sqlcmd does it: everywhere but in comments, and just as the value is; <c>:setvar</c> goes before the plan's variables, and those before
/// the environment.
/// </summary>
internal sealed class VariableReferences(ScriptVariables variables) : IReferences
{
    private readonly Dictionary<string, string?> set = new(StringComparer.OrdinalIgnoreCase);

    public void Set(string name, string? value) => set[name] = value;

    /// <exception cref="MigrationException">UnknownVariable, VariableInvalid, VariableNotQuotable, SecretNotFound.</exception>
    public Reference? Read(ReadOnlySpan<char> text, int at, SqlToken token, SqlDialect dialect, Func<SourcePlace> place) =>
        at + 1 >= text.Length ? null
        : text[at + 1] == '{' ? ReadOurs(text, at, token, dialect, place)
        : text[at + 1] == '(' && dialect.ClientVariables ? ReadClients(text, at, place)
        : null;

    private Reference ReadOurs(ReadOnlySpan<char> text, int at, SqlToken token, SqlDialect dialect, Func<SourcePlace> place)
    {
        var inner = text[(at + 2)..];
        var kind = "";
        if (inner.StartsWith("env:", StringComparison.OrdinalIgnoreCase))
        {
            kind = "env";
        }
        else if (inner.StartsWith("secret:", StringComparison.OrdinalIgnoreCase))
        {
            kind = "secret";
        }

        var start = kind.Length > 0 ? kind.Length + 1 : 0;
        var length = NameLength(inner[start..]);
        if (length == 0 || start + length >= inner.Length || inner[start + length] != '}')
        {
            throw place().Error(
                "VariableInvalid",
                "'${' begins a variable, but no name and closing brace follow.",
                "Write ${name}, ${env:NAME} or ${secret:NAME}; write $${ where the characters themselves are meant.");
        }

        var name = inner.Slice(start, length).ToString();
        var total = start + length + 3;
        var hidden = kind.Length > 0;
        var value = hidden ? Resolve(kind, name, place) : Find(name, place);
        return new Reference(total, value is null ? null : Quote(value, token, text, dialect, place, name), hidden);
    }

    /// <summary>A letter or underscore, then words joined by single dots and hyphens: two hyphens would begin a comment.</summary>
    private static int NameLength(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || (!char.IsLetter(text[0]) && text[0] != '_'))
        {
            return 0;
        }

        var length = 1;
        while (length < text.Length)
        {
            var c = text[length];
            if (IsNamePart(c))
            {
                length++;
            }
            else if (c is '.' or '-' && length + 1 < text.Length && IsNamePart(text[length + 1]))
            {
                length += 2;
            }
            else
            {
                break;
            }
        }

        return length;
    }

    private static bool IsNamePart(char c) => char.IsLetter(c) || char.IsNumber(c) || c == '_';

    private string Find(string name, Func<SourcePlace> place) => variables.Find(name) ?? throw Unknown(name, place(), "write $${ where the characters themselves are meant.");

    private MigrationException Unknown(string name, SourcePlace place, string otherwise) => place.Error(
        "UnknownVariable",
        $"the variable '{name}' is not known.",
        variables.Names.Any() ? Nearest.Suggest(name, variables.Names) : $"Give it a value in the plan's 'variables', or {otherwise}");

    /// <summary>Null where references are to stay as they are.</summary>
    private string? Resolve(string kind, string name, Func<SourcePlace> place)
    {
        if (variables.ResolveReference is not { } resolve)
        {
            return null;
        }

        return resolve(kind, name) ?? throw place().Error(
            "SecretNotFound",
            $"the reference ${{{kind}:{name}}} cannot be resolved.",
            kind == "env" ? $"Set the environment variable {name}." : $"Register the secret {name}.");
    }

    private static string Quote(string value, SqlToken token, ReadOnlySpan<char> text, SqlDialect dialect, Func<SourcePlace> place, string name)
    {
        if (token.Kind is not (SqlTokenKind.String or SqlTokenKind.QuotedIdentifier or SqlTokenKind.Blob))
        {
            return value;
        }

        var written = text.Slice(token.Offset, token.Length);
        var closing = written[^1];
        if (written[0] == '$')
        {
            // A dollar-quoted string takes anything but its own tag.
            var tag = written[..(written[1..].IndexOf('$') + 2)];
            return value.AsSpan().IndexOf(tag) < 0 ? value : throw NotQuotable(place(), name, tag.ToString());
        }

        var prefix = written.IndexOf(closing == ']' ? '[' : closing);
        var escapes = closing is '\'' or '"' && token.Kind == SqlTokenKind.String
            && (prefix == 0 || written[0] is 'n' or 'N' ? dialect.BackslashEscapes : written[0] is 'e' or 'E');
        if (escapes && value.Contains('\\'))
        {
            value = value.Replace("\\", "\\\\", StringComparison.Ordinal);
        }

        if (!value.Contains(closing))
        {
            return value;
        }

        var doubles = token.Kind != SqlTokenKind.Blob && (closing != ']' || dialect.BracketsAreDoubled);
        return doubles
            ? value.Replace(closing.ToString(), new string(closing, 2), StringComparison.Ordinal)
            : throw NotQuotable(place(), name, closing.ToString());
    }

    private static MigrationException NotQuotable(SourcePlace place, string name, string closing) => place.Error(
        "VariableNotQuotable",
        $"the value of '{name}' has a '{closing}', which cannot be written between these quotes.",
        "Use other quotes around the variable, or another value.");

    private Reference ReadClients(ReadOnlySpan<char> text, int at, Func<SourcePlace> place)
    {
        var inner = text[(at + 2)..];
        var length = 0;
        while (length < inner.Length && (char.IsAsciiLetterOrDigit(inner[length]) || inner[length] is '_' or '-'))
        {
            length++;
        }

        if (length == 0 || length >= inner.Length || inner[length] != ')' || char.IsAsciiDigit(inner[0]) || inner[0] == '-')
        {
            throw place().Error(
                "VariableInvalid",
                "'$(' begins a variable of sqlcmd, but no name and closing parenthesis follow.",
                "Write $(name); where the characters themselves are meant, part them: '$' + '(…'.");
        }

        var name = inner[..length].ToString();
        if (set.TryGetValue(name, out var value) && value is not null)
        {
            return new Reference(length + 3, value, IsHidden: false);
        }

        if (!set.ContainsKey(name) && variables.Find(name) is { } known)
        {
            return new Reference(length + 3, known, IsHidden: false);
        }

        // While it is planned, it is enough that the environment has it: its value may be a secret.
        var fromEnvironment = variables.ResolveReference is { } resolve ? resolve("env", name) : null;
        return fromEnvironment is not null || (variables.ResolveReference is null && Environment.GetEnvironmentVariable(name) is not null)
            ? new Reference(length + 3, fromEnvironment, IsHidden: true)
            : throw Unknown(name, place(), "set it with :setvar.");
    }
}
