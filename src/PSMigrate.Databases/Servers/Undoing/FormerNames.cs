using System.Globalization;
using PSMigrate.Databases.Servers.Running;
using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.Undoing;

/// <summary>
/// Gives tables and columns their former names back, where the engine has nothing by which they are known under any name, and names alone
/// cannot tell: several that exchanged their names in one statement, and columns that have another type as well. They get names of ours
/// first; how far that came is noted, so that it can be gone on with.
/// </summary>
internal sealed class FormerNames(ServerEngine engine, ServerSession session, ServerHistory history, string progress)
{
    private const string Leaving = "leaving";
    private const string Arriving = "arriving";
    private const string Done = "done";

    /// <returns>True where there was something to rename.</returns>
    /// <param name="at">Which of the things that the script did it is.</param>
    public async Task<bool> BringBackAsync(ServerOp.Changed changed, int at, CancellationToken cancel)
    {
        var moves = engine.HasIdentities ? [] : Moves(changed);
        if (moves.Count == 0)
        {
            return false;
        }

        // It stands with the note of how far the undo came, and so goes when that goes on.
        var place = at.ToString(CultureInfo.InvariantCulture);
        var note = (await history.GetAsync(progress, cancel).ConfigureAwait(false) ?? "").Split(' ');
        var phase = note is [var of, var come] && of == place ? come : "";
        if (phase.Length == 0)
        {
            await NoteAsync(phase = Leaving).ConfigureAwait(false);
        }

        if (phase == Leaving)
        {
            foreach (var move in moves)
            {
                await RenameAsync(move, move.Now, move.Aside, cancel).ConfigureAwait(false);
            }

            await NoteAsync(phase = Arriving).ConfigureAwait(false);
        }

        if (phase == Arriving)
        {
            foreach (var move in moves)
            {
                await RenameAsync(move, move.Aside, move.Former.Name, cancel).ConfigureAwait(false);
            }

            await NoteAsync(Done).ConfigureAwait(false);
        }

        return true;

        Task NoteAsync(string come) => history.SetAsync(progress, $"{place} {come}", cancel);
    }

    /// <summary>What exchanged names, and columns whose values were captured because they have another type now.</summary>
    private List<Move> Moves(ServerOp.Changed changed)
    {
        var all = new List<Move>();
        foreach (var now in changed.After.Where(a => a.Kind is DbKinds.Table or DbKinds.Column && a.Id.Length > 0))
        {
            if (changed.Before.FirstOrDefault(b => b.Id == now.Id && b.Kind == now.Kind) is { } former && former.Name != now.Name)
            {
                all.Add(new Move(former, now.Name, now.Parent, engine.OwnName($"aside_{all.Count + 1}"), all.Count + 1));
            }
        }

        bool IsTaken(Move move) => all.Any(o => o != move && o.Former.Kind == move.Former.Kind && o.Parent == move.Parent && string.Equals(o.Now, move.Former.Name, StringComparison.OrdinalIgnoreCase));
        var crossed = all.Where(IsTaken).Select(m => (m.Former.Kind, m.Parent)).ToHashSet();
        return [.. all.Where(m => crossed.Contains((m.Former.Kind, m.Parent)) || IsRetyped(m.Former, changed))];
    }

    private static bool IsRetyped(DbObject column, ServerOp.Changed changed) =>
        column.Kind == DbKinds.Column && changed.Images.Any(i => i.Table.Key == column.Parent && i.Kept.Any(c => c.Name == column.Name));

    /// <summary>Renames what is called so; where nothing is, an earlier try has done it.</summary>
    private async Task RenameAsync(Move move, string from, string to, CancellationToken cancel)
    {
        DbObject? one;
        if (move.Former.Kind == DbKinds.Table)
        {
            var isThere = from == move.Aside ? await engine.HasOwnAsync(session, $"aside_{move.Number}", cancel).ConfigureAwait(false)
                : (await engine.Reader.ReadAsync(session, [from], cancel).ConfigureAwait(false)).Objects.Any(o => o.Kind == DbKinds.Table && o.Name == from);
            one = isThere ? move.Former with { Name = from } : null;
        }
        else
        {
            var table = move.Parent![(move.Parent!.IndexOf(' ', StringComparison.Ordinal) + 1)..];
            var present = await engine.Reader.ReadAsync(session, [table], cancel).ConfigureAwait(false);
            one = present.ColumnsOf(move.Parent).FirstOrDefault(c => c.Name == from);
        }

        foreach (var statement in one is null ? [] : engine.Writer.Alter(one, one with { Name = to }) ?? [])
        {
            await session.RunAsync(statement, cancel).ConfigureAwait(false);
        }
    }

    /// <param name="Now">What it was called when the script ended.</param>
    /// <param name="Parent">The table that a column is in, as it was called then.</param>
    private sealed record Move(DbObject Former, string Now, string? Parent, string Aside, int Number);
}
