namespace PSMigrate.Databases.Sql;

/// <summary>
/// Reads the statements of a text one after the other, in one pass: it replaces variables, obeys the lines for the engine's client,
/// and leaves out sections that are not wanted, while it looks for where statements end. It holds no more than one statement.
/// </summary>
internal sealed class SqlStatementReader : IDisposable
{
    /// <summary>No reference and no first word of a line is longer.</summary>
    private const int LongestReference = 512;

    private readonly SqlWindow window;
    private readonly SqlReading how;
    private readonly IStatementBoundary boundary;
    private readonly Func<string, string> expandLine;
    private SqlDialect dialect;
    private int position;
    private bool inExecutable;
    private SourcePlace? executable;

    /// <summary>Nothing but white space has been seen on this line.</summary>
    private bool lineIsFresh = true;

    /// <summary>Where the next dollar sign is that may begin a reference.</summary>
    private int nextReference = int.MaxValue;

    /// <summary>Values end here: what looks like a reference before it is none.</summary>
    private int expandedTo;

    /// <summary>The window was changed, so that the scanner must look at it anew.</summary>
    private bool expanded;

    /// <summary>The statement that is being read, -1 for none; and what stands before it and goes with it.</summary>
    private int first = -1, end, leading = -1;

    /// <summary>Where the statement begins in its file: asked for while the window is there, where it costs little.</summary>
    private SourcePoint startPoint;

    public SqlStatementReader(ISqlSource source, SqlDialect dialect, SqlReading? how = null, int expectedLength = int.MaxValue)
    {
        window = new SqlWindow(source, expectedLength == int.MaxValue ? expectedLength : expectedLength + 1);
        this.dialect = dialect;
        this.how = how ?? new SqlReading();
        boundary = dialect.CreateBoundary();
        expandLine = ExpandLine;
        Fill();
    }

    /// <summary>The next statement; null at the end.</summary>
    /// <exception cref="MigrationException">The first thing that is wrong with the text, with its place.</exception>
    public SqlStatement? Read()
    {
        while (true)
        {
            var scanner = new SqlScanner(window.Text, dialect, window.IsWhole, inExecutable);
            while (position < window.Length)
            {
                var at = position;
                if (!scanner.Scan(at, out var token))
                {
                    if (scanner.Unclosed is { } unclosed)
                    {
                        throw SqlUnclosed.Error(unclosed, window.PointAt(at).Place);
                    }

                    break;
                }

                if (token.End > nextReference && token.Kind != SqlTokenKind.Comment && Expand(token))
                {
                    break;
                }

                inExecutable = scanner.InExecutable;
                if (Take(token, out var statement))
                {
                    if (statement is not null)
                    {
                        return statement;
                    }

                    // The window or the dialect is not what it was.
                    goto rescan;
                }
            }

            if (position >= window.Length && window.IsWhole)
            {
                return Finish();
            }

            if (!expanded)
            {
                Fill();
            }

            rescan:
            expanded = false;
        }
    }

    public void Dispose() => window.Dispose();

    /// <summary>Looks at a token; true where reading must begin anew behind it, with the statement that ended there if one did.</summary>
    private bool Take(SqlToken token, out SqlStatement? statement)
    {
        statement = null;
        switch (token.Kind)
        {
            case SqlTokenKind.WhiteSpace:
                position = token.End;
                lineIsFresh |= window.Text.Slice(token.Offset, token.Length).ContainsAny('\n', '\r');
                return false;
            case SqlTokenKind.Comment:
                return TakeComment(token);
        }

        var begins = lineIsFresh;
        lineIsFresh = false;
        if (how.Sections is { IsInRollback: true })
        {
            throw how.Sections.NotCommented(window.PointAt(token.Offset).Place);
        }

        if (dialect.Commands is { } commands)
        {
            var state = new ClientState(first >= 0, boundary.IsInside, expandLine, dialect.Database);
            if (commands.MayBegin(window.Text.Slice(token.Offset, token.Length), begins, state))
            {
                if (!window.IsWhole && window.Text[token.Offset..].IndexOf('\n') < 0)
                {
                    lineIsFresh = begins;
                    Fill();
                    return true;
                }

                if (Command(commands, token, state, ref statement))
                {
                    return true;
                }
            }
        }

        if (token.Kind == SqlTokenKind.ExecutableComment && inExecutable)
        {
            executable = window.PointAt(token.Offset).Place;
        }

        position = token.End;
        if (boundary.EndsAt(token.Kind, window.Text.Slice(token.Offset, token.Length)))
        {
            statement = Cut();
            return statement is not null;
        }

        if (first < 0)
        {
            first = token.Offset;
            startPoint = leading < 0 ? window.PointAt(first) : startPoint;
        }

        end = token.End;
        return false;
    }

    private bool TakeComment(SqlToken token)
    {
        var fresh = lineIsFresh;
        lineIsFresh = false;
        if (how.Sections is { } sections)
        {
            var comment = window.Text.Slice(token.Offset, token.Length);
            if (sections.Take(comment, fresh, token.End < window.Length, () => window.PointAt(token.Offset)) is var taken && taken != SectionTake.Leave)
            {
                if (taken == SectionTake.Remove && first >= 0)
                {
                    // A statement goes on behind the section.
                    window.Replace(token.Offset, token.Length, "");
                    position = token.Offset;
                    lineIsFresh = fresh;
                    FindReference();
                    return true;
                }

                leading = -1;
                position = token.End;
                return false;
            }
        }

        if (leading < 0 && first < 0 && dialect.KeepsLeadingComments)
        {
            leading = token.Offset;
            startPoint = window.PointAt(leading);
        }

        position = token.End;
        return false;
    }

    private bool Command(IClientCommands commands, SqlToken token, ClientState state, ref SqlStatement? statement)
    {
        var text = window.Text[token.Offset..];
        var length = text.IndexOf('\n') is var found and >= 0 ? found : text.Length;
        var place = window.PointAt(token.Offset).Place;
        if (commands.Read(text[..length].ToString(), state, place) is not { } command)
        {
            return false;
        }

        switch (command.Kind)
        {
            case ClientCommandKind.EndStatement:
                boundary.Restart();
                position = token.Offset + command.Length;
                statement = Cut();
                statement = statement is not null && command.Times != 1 ? statement with { Times = command.Times } : statement;
                return true;
            case ClientCommandKind.SetDelimiter:
                boundary.Restart();
                position = token.Offset + command.Length;
                statement = Cut();
                dialect = dialect with { Delimiter = command.Name };
                return true;
            case ClientCommandKind.SetVariable:
                how.References?.Set(command.Name, command.Value);
                break;
            case ClientCommandKind.Include:
                window.Insert(token.Offset + command.Length, how.Include(command.Name, place));
                break;
        }

        // The line is no part of the batch that goes on behind it.
        window.Replace(token.Offset, command.Length, "");
        position = token.Offset;
        Fill();
        return true;
    }

    /// <summary>The statement that has been read, ended before the present position.</summary>
    private SqlStatement? Cut()
    {
        if (first < 0)
        {
            leading = -1;
            return null;
        }

        var start = leading >= 0 ? leading : first;
        var text = window.Text[start..end].ToString();
        var statement = new SqlStatement(text, startPoint, window.PiecesOf(start, end)) { Dialect = dialect };
        first = leading = -1;
        dialect = boundary.After(text, dialect);
        return boundary.DataFollows ? statement with { CopyData = ReadCopyData() } : statement;
    }

    private SqlStatement? Finish()
    {
        if (inExecutable)
        {
            throw SqlUnclosed.Error(UnclosedToken.Comment, executable!);
        }

        how.Sections?.Finish();
        return Cut();
    }

    /// <summary>Reads more behind the window, and lets go of what is not needed any more.</summary>
    private void Fill()
    {
        var keep = leading >= 0 ? leading : first >= 0 ? first : position;
        var moved = window.MoveTo(keep);
        position -= moved;
        expandedTo = Math.Max(0, expandedTo - moved);
        first = first >= 0 ? first - moved : first;
        leading = leading >= 0 ? leading - moved : leading;
        end -= moved;
        FindReference();
    }

    private void FindReference()
    {
        nextReference = int.MaxValue;
        if (how.References is null)
        {
            return;
        }

        var text = window.Text;
        for (var at = Math.Max(position, expandedTo); at < text.Length; at++)
        {
            var found = text[at..].IndexOf('$');
            if (found < 0)
            {
                return;
            }

            at += found;
            if (at + 1 >= text.Length ? !window.IsWhole : text[at + 1] == '{' || (text[at + 1] == '(' && dialect.ClientVariables))
            {
                nextReference = at;
                return;
            }
        }
    }

    /// <summary>Replaces the references in a token; true where the text is another than before and must be looked at anew.</summary>
    private bool Expand(SqlToken token)
    {
        var isQuoted = token.Kind is SqlTokenKind.String or SqlTokenKind.QuotedIdentifier or SqlTokenKind.Blob;
        var changed = false;
        var tag = isQuoted && window.Text[token.Offset] == '$' ? window.Text[(token.Offset + 1)..].IndexOf('$') + 2 : 0;
        expandedTo = Math.Max(expandedTo, token.Offset + tag);
        while (true)
        {
            // What stands in comments is left alone, so that the search may have stopped before the token.
            var before = position;
            position = Math.Max(position, token.Offset + tag);
            FindReference();
            position = before;
            if (nextReference >= token.End)
            {
                break;
            }

            if (!window.IsWhole && nextReference + LongestReference > window.Length)
            {
                Fill();
                expanded = true;
                return true;
            }

            var at = nextReference;
            if (at > token.Offset + tag && at > expandedTo && window.Text[at - 1] == '$' && window.Text[at + 1] == '{')
            {
                // "$${" stands for "${".
                window.Replace(at - 1, 1, "");
                expandedTo = at + 1;
                token = token with { Length = token.Length - 1 };
                changed = true;
                continue;
            }

            if (how.References!.Read(window.Text, at, token, dialect, () => window.PointAt(at).Place) is not { } reference)
            {
                expandedTo = at + 1;
                continue;
            }

            if (reference.Value is not { } value)
            {
                expandedTo = at + reference.Length;
                continue;
            }

            window.Replace(at, reference.Length, value, reference.IsHidden);
            expandedTo = at + value.Length;
            changed = true;
            if (!isQuoted)
            {
                break;
            }

            token = token with { Length = token.Length + value.Length - reference.Length };
        }

        if (!changed)
        {
            return false;
        }

        expandedTo = isQuoted ? Math.Max(expandedTo, token.End) : expandedTo;
        FindReference();
        expanded = true;
        return true;
    }

    /// <summary>The variables in a line for the client, which is read as plain text.</summary>
    private string ExpandLine(string line)
    {
        if (how.References is not { } references)
        {
            return line;
        }

        var place = window.PointAt(position).Place;
        var token = new SqlToken(SqlTokenKind.Punctuation, 0, line.Length);
        for (var at = line.IndexOf('$', StringComparison.Ordinal); at >= 0 && at < line.Length;)
        {
            var reference = references.Read(line, at, token, dialect, () => place);
            if (reference is { Value: { } value } found)
            {
                line = string.Concat(line.AsSpan(0, at), value, line.AsSpan(at + found.Length));
                at += value.Length;
            }
            else
            {
                at += reference?.Length ?? 1;
            }

            at = at < line.Length ? line.IndexOf('$', at) : -1;
        }

        return line;
    }

    /// <summary>
    /// The rows behind a COPY, from the next line to the one with only <c>\.</c>. They are not kept where the file can be read again.
    /// </summary>
    private SqlCopyData ReadCopyData()
    {
        SkipToLineEnd();
        var start = window.PointAt(position);
        var open = window.Source.OpenAgain(start.Offset, 0) is null ? null : window.Source;
        var kept = open is null ? new System.Text.StringBuilder() : null;
        long length = 0;
        var fresh = true;
        while (true)
        {
            var text = window.Text[position..];
            var found = fresh && text.StartsWith("\\.") ? 0 : text.IndexOf("\n\\.") is var next and >= 0 ? next + 1 : -1;
            var complete = found >= 0 && (found + 3 < text.Length || window.IsWhole);
            var data = complete ? found : Math.Max(0, text.Length - 4);
            if (complete && found + 2 < text.Length && text[found + 2] is not ('\n' or '\r'))
            {
                // A value that begins so: go on behind it.
                data = found + 2;
                complete = false;
            }
            else if (!complete && window.IsWhole)
            {
                throw start.Place.Error(
                    "CopyDataUnclosed", "the rows that begin here have no end: a line with only '\\.' must follow them.",
                    "Make the file again: it may have been cut off.");
            }

            kept?.Append(text[..data]);
            length += data;
            fresh = data > 0 ? text[data - 1] == '\n' : fresh;
            position += data;
            if (complete)
            {
                position += 2;
                lineIsFresh = true;
                FindReference();
                break;
            }

            Fill();
        }

        return kept is null
            ? new SqlCopyData(start.Place, length, open!.OpenAgain(start.Offset, length)!)
            : new SqlCopyData(start.Place, length, () => new StringReader(kept.ToString()));
    }

    private void SkipToLineEnd()
    {
        while (true)
        {
            var text = window.Text[position..];
            var found = text.IndexOf('\n');
            if (found < 0 && !window.IsWhole)
            {
                Fill();
                continue;
            }

            var rest = (found < 0 ? text : text[..found]).Trim();
            if (!rest.IsEmpty && !rest.StartsWith("--"))
            {
                throw window.PointAt(position).Place.Error(
                    "CopyDataUnclosed", "the rows of COPY … FROM STDIN begin on the next line, but this line goes on.",
                    "Put what follows behind the rows and their '\\.'.");
            }

            position += found < 0 ? text.Length : found + 1;
            return;
        }
    }
}

/// <summary>What else is to be done while statements are read.</summary>
internal sealed record SqlReading
{
    /// <summary>The values of variables; null to leave references as they are.</summary>
    public IReferences? References { get; init; }

    /// <summary>What parts the text into sections; null where it has none.</summary>
    public ISqlSections? Sections { get; init; }

    /// <summary>Opens another file that the text asks for.</summary>
    public Func<string, SourcePlace, ISqlSource> Include { get; init; } = (name, place) => throw place.Error(
        "IncludeRefused", $"'{name}' cannot be read here: only a script file can include others.", "Put the text of the other file here.");
}

/// <summary>Parts a text into what is read and what is kept for later, by its line comments.</summary>
internal interface ISqlSections
{
    bool IsInRollback { get; }

    /// <summary>Looks at a comment.</summary>
    /// <param name="comment">The comment.</param>
    /// <param name="beginsLine">Nothing but white space stands before it on its line.</param>
    /// <param name="lineEnds">A line feed follows it.</param>
    /// <param name="point">Where it stands.</param>
    SectionTake Take(ReadOnlySpan<char> comment, bool beginsLine, bool lineEnds, Func<SourcePoint> point);

    /// <summary>The error for text in the rollback section that is no comment.</summary>
    MigrationException NotCommented(SourcePlace place);

    void Finish();
}

/// <summary>What becomes of a comment.</summary>
internal enum SectionTake
{
    /// <summary>It is one like any other.</summary>
    Leave,

    /// <summary>It belongs to a section that is not read here.</summary>
    Remove,

    /// <summary>It begins what is read here.</summary>
    Begin,
}
