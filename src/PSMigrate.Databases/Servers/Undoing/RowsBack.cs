using PSMigrate.Databases.Servers.Rows;
using PSMigrate.Databases.Servers.Running;
using PSMigrate.Databases.Servers.Structure;
using PSMigrate.Plans;

namespace PSMigrate.Databases.Servers.Undoing;

/// <summary>
/// Puts the rows of one capture back into a table that is called and shaped as it was when the capture began. A row that is as the
/// script left it becomes what it was before; one that others wrote since stays, and what was captured of it is saved. Where the
/// undo is forced it is the other way round. A row that is back already is left alone, so that this can be done again.
/// </summary>
internal sealed class RowsBack(ServerEngine engine, ServerSession session, RowImage image, DbObject table, DbStructure present, SavedRows saved, UndoConflicts conflicts, KeylessTables keyless, IReadOnlyList<RowImage> earlier)
{
    /// <summary>What becomes of a captured row.</summary>
    private const string Verdict = RowCapture.Verdict;
    private const int Ours = 0;
    private const int Theirs = 2;
    private const int Done = 3;

    private readonly RowSql sql = engine.Rows;
    private readonly string store = engine.Own(image.Capture);
    private readonly string name = engine.Rows.RowsOf(table);
    private readonly IReadOnlyDictionary<string, DbObject> columns = present.ColumnsOf(table.Key).ToDictionary(c => c.Name, StringComparer.Ordinal);

    public DbObject Table => table;

    private IReadOnlyList<DbObject> Key => [.. image.Key.Select(k => columns[k.Name])];

    private string Matches(string captured, string row) => RowMatch.Of(sql, image.Key, captured, row, Key);

    private string SameValues(string captured, string row) => image.Kept.Count == 0 ? "1 = 1"
        : image.Kept.Any(c => columns[c.Name].Facet(DbFacets.Type) != c.Facet(DbFacets.Type)) ? "1 = 0"
        : string.Join(" AND ", image.Kept.Select((c, i) => sql.Same($"{captured}.c{i}", sql.ToCapture($"{row}.{sql.Quote(c.Name)}", c), c)));

    /// <summary>Finds out which of the rows are still as the script left them, and tells of the others. Nothing is changed by it.</summary>
    public async Task JudgeAsync(CancellationToken cancel)
    {
        if (image.Key.Count == 0)
        {
            await JudgeWithoutKeyAsync(cancel).ConfigureAwait(false);
            return;
        }

        await session.ExecuteAsync($"UPDATE {store} SET {Verdict} = {(image.Left is null ? Ours : Theirs)}", cancel).ConfigureAwait(false);
        if (image.Left is { } left)
        {
            var hash = sql.Hash([.. left.Select(c => ($"p.{sql.Quote(c)}", columns[c]))]);
            await SetAsync(Ours, $"t.h = {hash}", cancel).ConfigureAwait(false);
            await session.ExecuteAsync($"UPDATE {store} SET {Verdict} = {Ours} WHERE h IS NULL AND NOT EXISTS (SELECT 1 FROM {name} p WHERE {MatchesBare("p")})", cancel).ConfigureAwait(false);
        }

        await session.ExecuteAsync($"UPDATE {store} SET {Verdict} = {Done} WHERE i = 0 AND NOT EXISTS (SELECT 1 FROM {name} p WHERE {MatchesBare("p")})", cancel).ConfigureAwait(false);
        // Where rows go back together with the note of it, a row that is as it was in the middle of the script was made so by others.
        var isSure = engine.HasTransactions(table) && earlier.Count > 0 ? $" AND t.{Verdict} = {Ours}" : "";
        await SetAsync(Done, $"t.i = 1 AND {SameValues("t", "p")}{isSure}", cancel).ConfigureAwait(false);
        await TellAsync(cancel).ConfigureAwait(false);
        if (conflicts.IsForced)
        {
            await session.ExecuteAsync($"UPDATE {store} SET {Verdict} = {Ours} WHERE {Verdict} = {Theirs}", cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Tells of rows that others removed since, so that what a column had there can go nowhere.</summary>
    public async Task TellGoneAsync(CancellationToken cancel)
    {
        await session.ExecuteAsync($"UPDATE {store} SET {Verdict} = {Ours}", cancel).ConfigureAwait(false);
        await session.ExecuteAsync($"UPDATE {store} SET {Verdict} = {Theirs} WHERE i = 1 AND NOT EXISTS (SELECT 1 FROM {name} p WHERE {MatchesBare("p")})", cancel).ConfigureAwait(false);
        var savedIn = await saved.SaveAsync(table, [.. image.Key.Select((k, i) => (k, $"c.k{i}")), .. Former.Where(f => image.Key.All(k => k.Name != f.Item1.Name))],
            $"{store} c WHERE c.{Verdict} = {Theirs}", SavedRows.Captured, cancel).ConfigureAwait(false);
        await ListAsync($"t.{Verdict} = {Theirs}", ConflictResolution.Kept, savedIn, ConflictKind.Deleted, cancel).ConfigureAwait(false);
    }

    /// <summary>Removes the rows that the script made.</summary>
    /// <param name="together">What goes back at the same time, this among it.</param>
    /// <param name="later">The conditions that a row of a table goes afterwards, where its rows may refer to nothing meanwhile.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="MigrationException">ConstraintViolated: rows refer to them, also where the server would take those away as well.</exception>
    public async Task RemoveAsync(IReadOnlyList<RowsBack> together, Func<DbObject, string, IEnumerable<string>> later, CancellationToken cancel)
    {
        await RequireNotReferredToAsync(together, later, cancel).ConfigureAwait(false);
        if (image.Key.Count > 0)
        {
            await TogetherAsync([sql.DeleteJoined(name, $"{store} AS c", $"c.i = 0 AND c.{Verdict} = {Ours} AND {MatchesFrom("c", "t")}")], cancel).ConfigureAwait(false);
        }
        else if (replaces)
        {
            await TogetherAsync([$"DELETE FROM {name}"], cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Gives the rows that the script changed their former values.</summary>
    public async Task ChangeAsync(CancellationToken cancel)
    {
        var set = Settable;
        if (image.Key.Count == 0 || set.Count == 0)
        {
            return;
        }

        IReadOnlyList<(string, string)> values = [.. set.Select(c => (c.Name, sql.FromCapture($"c.c{IndexOf(c)}", c)))];
        await session.ExecuteAsync(sql.UpdateJoined(name, values, $"{store} AS c", $"c.i = 1 AND c.{Verdict} = {Ours} AND {MatchesFrom("c", "t")}"), cancel).ConfigureAwait(false);
    }

    /// <summary>Brings the rows back that the script removed.</summary>
    public async Task BringBackAsync(CancellationToken cancel)
    {
        if (image.Kept.Count == 0 || (image.Key.Count == 0 && !replaces))
        {
            return;
        }

        var values = string.Join(", ", image.Kept.Select((c, i) => sql.FromCapture($"c.c{i}", c)));
        var which = image.Key.Count == 0 ? "" : $" WHERE c.i = 1 AND c.{Verdict} = {Ours} AND NOT EXISTS (SELECT 1 FROM {name} p WHERE {MatchesFrom("c", "p")})";
        if (await TogetherAsync(sql.InsertExactly(table, [.. image.Kept.Select(c => columns[c.Name])], $"SELECT {values} FROM {store} c{which}"), cancel).ConfigureAwait(false))
        {
            await RequireParentsAsync(cancel).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Rows that exchange a unique value cannot do so one after the other: all of them go first and come back as they were. Rows that refer
    /// to them find them again.
    /// </summary>
    public async Task RenewAsync((string Off, string On) references, CancellationToken cancel)
    {
        await session.ExecuteAsync(references.Off, cancel).ConfigureAwait(false);
        try
        {
            await session.ExecuteAsync(sql.DeleteJoined(name, $"{store} AS c", $"c.i = 1 AND c.{Verdict} = {Ours} AND {MatchesFrom("c", "t")}"), cancel).ConfigureAwait(false);
        }
        finally
        {
            await session.ExecuteAsync(references.On, CancellationToken.None).ConfigureAwait(false);
        }

        await BringBackAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>Makes room for what <see cref="OneByOneAsync"/> may have to save, where that cannot be done in the middle of it.</summary>
    public Task MakeRoomAsync(CancellationToken cancel) => saved.MakeRoomAsync(table, [.. Former.Select(f => f.Item1)], cancel);

    /// <summary>One captured row after the other, where all together were refused: those that cannot come back are saved and told of.</summary>
    public async Task OneByOneAsync(CancellationToken cancel)
    {
        if (image.Key.Count == 0)
        {
            throw conflicts.Stop($"the rows of {table.FullName} do not go back", "Change or remove the rows in question first.");
        }

        var keys = await session.ListAsync($"SELECT {string.Join(", ", image.Key.Select((_, i) => $"k{i}"))} FROM {store} WHERE i = 1 AND {Verdict} = {Ours}",
            row => Enumerable.Range(0, image.Key.Count).Select(i => (object?)row.GetValue(i)).ToArray(), cancel).ConfigureAwait(false);
        var one = string.Join(" AND ", image.Key.Select((_, i) => $"k{i} = @p{i + 1}"));
        foreach (var key in keys)
        {
            cancel.ThrowIfCancellationRequested();
            await session.ExecuteAsync($"UPDATE {store} SET {Verdict} = 5 WHERE {one}", cancel, key).ConfigureAwait(false);
            await session.ExecuteAsync(engine.Savepoint("psmigrate_one"), cancel).ConfigureAwait(false);
            try
            {
                await OnlyAsync(cancel).ConfigureAwait(false);
                await session.ExecuteAsync($"UPDATE {store} SET {Verdict} = {Done} WHERE {Verdict} = 5", cancel).ConfigureAwait(false);
            }
            catch (MigrationException e) when (e.ErrorId == "ConstraintViolated")
            {
                await session.ExecuteAsync(engine.RollbackTo("psmigrate_one"), cancel).ConfigureAwait(false);
                await BlockedAsync(cancel).ConfigureAwait(false);
            }
        }
    }

    private List<DbObject> Settable => [.. image.Kept.Where(c => (!image.Key.Any(k => k.Name == c.Name) || !sql.TellsApart(c)) && sql.CanBeSet(c))];

    private bool replaces;

    /// <summary>The condition that a row of the table is one that goes.</summary>
    private string Goes(string row) => image.Key.Count > 0 ? $"EXISTS (SELECT 1 FROM {store} c WHERE c.i = 0 AND c.{Verdict} = {Ours} AND {MatchesFrom("c", row)})" : replaces ? "1 = 1" : "1 = 0";

    private async Task RequireNotReferredToAsync(IReadOnlyList<RowsBack> together, Func<DbObject, string, IEnumerable<string>> later, CancellationToken cancel)
    {
        if (image.Key.Count == 0 && !replaces)
        {
            return;
        }

        var gone = Goes("p");
        foreach (var reference in present.Objects.Where(o => o.Kind == DbKinds.ForeignKey && o.RefersTo == table.Key).ToList())
        {
            // A row that goes itself may refer to another that goes.
            if (present.Find(reference.Parent!) is not { } child)
            {
                continue;
            }

            var own = string.Concat(together.Where(t => t.Table.Key == reference.Parent).Select(t => t.Goes("r")).Concat(later(child, "r")).Select(goes => $" AND NOT ({goes})"));
            var joined = string.Join(" AND ", reference.Columns.Select((c, i) => $"r.{sql.Quote(c)} = p.{sql.Quote(reference.ReferredColumns[i])}"));
            if (await session.ScalarAsync<int?>(
                sql.Limit($"SELECT 1 FROM {sql.RowsOf(child)} r JOIN {name} p ON {joined} WHERE {gone}{own}", 1), cancel).ConfigureAwait(false) is not null)
            {
                throw new MigrationException("ConstraintViolated", ErrorKind.Conflict, $"Rows of {child.FullName} refer to rows of {table.FullName} by {reference.Name}.");
            }
        }
    }

    /// <summary>
    /// Rows that refer to each other come and go in one statement: where the engine looks at each row by itself, it must not look until all
    /// are there.
    /// </summary>
    /// <returns>True where nobody looked.</returns>
    private async Task<bool> TogetherAsync(IEnumerable<string> statements, CancellationToken cancel)
    {
        var pause = present.Objects.Any(o => o.Kind == DbKinds.ForeignKey && o.Parent == table.Key && o.RefersTo == table.Key) ? engine.ReferencePause : null;
        if (pause is { } references)
        {
            await session.ExecuteAsync(references.Off, cancel).ConfigureAwait(false);
        }

        try
        {
            foreach (var statement in statements)
            {
                await session.ExecuteAsync(statement, cancel).ConfigureAwait(false);
            }
        }
        finally
        {
            if (pause is { } stopped)
            {
                await session.ExecuteAsync(stopped.On, CancellationToken.None).ConfigureAwait(false);
            }
        }

        return pause is not null;
    }

    /// <exception cref="MigrationException">ConstraintViolated: what a row refers to is gone.</exception>
    private Task RequireParentsAsync(CancellationToken cancel) => RequireParentsAsync([.. present.Objects.Where(o => o.Kind == DbKinds.ForeignKey && o.Parent == table.Key)], cancel);

    /// <summary>The same for whatever refers to the table.</summary>
    public Task RequireReferringAsync(CancellationToken cancel) => RequireParentsAsync([.. present.Objects.Where(o => o.Kind == DbKinds.ForeignKey && o.RefersTo == table.Key)], cancel);

    private async Task RequireParentsAsync(IReadOnlyList<DbObject> references, CancellationToken cancel)
    {
        foreach (var reference in references.Where(r => present.Find(r.Parent!) is not null))
        {
            var child = present.Find(reference.Parent!)!;
            var joined = string.Join(" AND ", reference.Columns.Select((c, i) => $"p.{sql.Quote(reference.ReferredColumns[i])} = r.{sql.Quote(c)}"));
            var told = string.Join(" AND ", reference.Columns.Select(c => $"r.{sql.Quote(c)} IS NOT NULL"));
            if (present.Find(reference.RefersTo!) is { } parent && await session.ScalarAsync<int?>(
                sql.Limit($"SELECT 1 FROM {sql.RowsOf(child)} r WHERE {told} AND NOT EXISTS (SELECT 1 FROM {sql.RowsOf(parent)} p WHERE {joined})", 1), cancel).ConfigureAwait(false) is not null)
            {
                throw new MigrationException("ConstraintViolated", ErrorKind.Conflict, $"Rows of {child.FullName} refer by {reference.Name} to rows of {parent.FullName} that are gone.");
            }
        }
    }

    private async Task OnlyAsync(CancellationToken cancel)
    {
        var set = Settable;
        if (set.Count > 0)
        {
            IReadOnlyList<(string, string)> values = [.. set.Select(c => (c.Name, sql.FromCapture($"c.c{IndexOf(c)}", c)))];
            await session.ExecuteAsync(sql.UpdateJoined(name, values, $"{store} AS c", $"c.{Verdict} = 5 AND {MatchesFrom("c", "t")}"), cancel).ConfigureAwait(false);
        }

        var inserted = string.Join(", ", image.Kept.Select((c, i) => sql.FromCapture($"c.c{i}", c)));
        foreach (var statement in sql.InsertExactly(table, [.. image.Kept.Select(c => columns[c.Name])],
            $"SELECT {inserted} FROM {store} c WHERE c.{Verdict} = 5 AND NOT EXISTS (SELECT 1 FROM {name} p WHERE {MatchesFrom("c", "p")})"))
        {
            await session.ExecuteAsync(statement, cancel).ConfigureAwait(false);
        }
    }

    private async Task BlockedAsync(CancellationToken cancel)
    {
        var savedIn = await saved.SaveAsync(table, Former, $"{store} c WHERE c.{Verdict} = 5", SavedRows.Captured, cancel).ConfigureAwait(false);
        await ListAsync($"t.{Verdict} = 5", ConflictResolution.Kept, savedIn, ConflictKind.Blocked, cancel).ConfigureAwait(false);
        await session.ExecuteAsync($"UPDATE {store} SET {Verdict} = {Theirs} WHERE {Verdict} = 5", cancel).ConfigureAwait(false);
    }

    private IReadOnlyList<(DbObject, string)> Former => [.. image.Kept.Select((c, i) => (c, $"c.c{i}"))];

    private IReadOnlyList<(DbObject, string)> PresentValues => [.. columns.Values.OrderBy(c => c.Position).Select(c => (c, sql.ToCapture($"p.{sql.Quote(c.Name)}", c)))];

    /// <summary>
    /// Tells the captures of the same rows that were taken earlier in the script what has become of them, now that they are what they were in
    /// between: a row that others wrote stays theirs all the way.
    /// </summary>
    public async Task PassOnAsync(CancellationToken cancel)
    {
        foreach (var before in earlier)
        {
            var other = engine.Own(before.Capture);
            var left = (before.Left ?? []).Select(c => before.Kept.FirstOrDefault(k => k.Name == c) is { } kept ? StructureDiff.SameIn(present, kept) : null).ToList();
            var judged = $"SELECT 1 FROM {store} b WHERE {string.Join(" AND ", image.Key.Select((_, i) => $"b.k{i} = {{0}}.k{i}"))} AND b.{Verdict}";
            string Judged(string row, string verdict) => $"EXISTS ({judged.Replace("{0}", row, StringComparison.Ordinal)} {verdict})";
            if (left.Count > 0 && left.All(c => c is not null))
            {
                var hash = sql.Hash([.. left.Select(c => ($"p.{sql.Quote(c!.Name)}", c!))]);
                await session.ExecuteAsync(sql.UpdateJoined(other, [(RowCapture.LeftHash, hash)], $"{name} AS p", $"{Matches("t", "p")} AND {Judged("t", $"<> {Theirs}")}"), cancel).ConfigureAwait(false);
            }

            await session.ExecuteAsync(
                $"UPDATE {other} SET {RowCapture.LeftHash} = NULL WHERE {Judged(other, $"<> {Theirs}")} AND NOT EXISTS (SELECT 1 FROM {name} p WHERE {Matches(other, "p")})", cancel).ConfigureAwait(false);
            await session.ExecuteAsync($"UPDATE {other} SET {RowCapture.LeftHash} = {sql.NoHash} WHERE {Judged(other, $"= {Theirs}")}", cancel).ConfigureAwait(false);
        }
    }

    /// <summary>What is told of a row is what it was before the whole script, so that only the first capture of it does.</summary>
    private string IsFirst(string row) => conflicts.IsForced ? ""
        : string.Concat(earlier.Select(e => $" AND NOT EXISTS (SELECT 1 FROM {engine.Own(e.Capture)} e WHERE {string.Join(" AND ", image.Key.Select((_, i) => $"e.k{i} = {row}.k{i}"))})"));

    private async Task TellAsync(CancellationToken cancel)
    {
        string? savedIn;
        if (conflicts.IsForced)
        {
            savedIn = await saved.SaveAsync(table, PresentValues, $"{store} c JOIN {name} p ON {MatchesFrom("c", "p")} WHERE c.{Verdict} = {Theirs}", SavedRows.Present, cancel).ConfigureAwait(false);
        }
        else
        {
            savedIn = await saved.SaveAsync(table, Former, $"{store} c WHERE c.{Verdict} = {Theirs} AND c.i = 1{IsFirst("c")}", SavedRows.Captured, cancel).ConfigureAwait(false);
        }

        await ListAsync($"t.{Verdict} = {Theirs}{IsFirst("t")}", conflicts.IsForced ? ConflictResolution.Overwritten : ConflictResolution.Kept, savedIn, null, cancel).ConfigureAwait(false);
    }

    private async Task ListAsync(string which, ConflictResolution resolution, string? savedIn, ConflictKind? kind, CancellationToken cancel)
    {
        var shown = columns.Values.OrderBy(c => c.Position).ToList();
        var query = $"SELECT t.i, CASE WHEN {(image.Key.Count > 0 ? $"p.{sql.Quote(Key[0].Name)}" : "1")} IS NULL THEN 0 ELSE 1 END"
            + string.Concat(image.Key.Select((k, i) => $", {sql.AsText($"t.k{i}", k)}"))
            + string.Concat(image.Kept.Select((c, i) => $", {sql.AsText($"t.c{i}", c)}"))
            + string.Concat(shown.Select(c => $", {sql.AsText($"p.{sql.Quote(c.Name)}", c)}"))
            + $" FROM {store} t LEFT JOIN {name} p ON {Matches("t", "p")} WHERE {which} ORDER BY {string.Join(", ", image.Key.Select((_, i) => $"t.k{i}"))}";
        await session.ReadAsync(query, row =>
        {
            var isImage = Convert.ToInt32(row.GetValue(0), System.Globalization.CultureInfo.InvariantCulture) == 1;
            var isThere = Convert.ToInt32(row.GetValue(1), System.Globalization.CultureInfo.InvariantCulture) == 1;
            conflicts.Add(table.FullName, resolution, savedIn, () => new UndoConflict(
                conflicts.Step, table.FullName, RowText.Of(row, 2, image.Key), kind ?? (isThere ? ConflictKind.Changed : ConflictKind.Deleted), resolution)
            {
                Captured = isImage ? RowText.Of(row, 2 + image.Key.Count, image.Kept) : null,
                Present = isThere ? RowText.Of(row, 2 + image.Key.Count + image.Kept.Count, shown) : null,
            });
        }, cancel).ConfigureAwait(false);
    }

    /// <summary>Rows that nothing tells apart go back all together, or not at all.</summary>
    private async Task JudgeWithoutKeyAsync(CancellationToken cancel)
    {
        replaces = true;
        if (!keyless.IsFirst(image.Table) || image.Left is not { } left)
        {
            return;
        }

        var sealing = new RowSealing(engine, session);
        var (rows, sum) = await sealing.SumAsync(table, [.. left.Select(c => columns[c])], cancel).ConfigureAwait(false);
        if (rows == image.LeftRows && sum == image.LeftSum)
        {
            return;
        }

        if (image.Kept.All(c => columns.ContainsKey(c.Name)))
        {
            var former = await sealing.SumAsync(table, [.. image.Kept.Select(c => columns[c.Name])], cancel).ConfigureAwait(false);
            if (former == (image.Rows, image.LeftSum))
            {
                replaces = false;
                return;
            }
        }

        conflicts.Refuse($"others wrote to {table.FullName}, whose rows no key tells apart");
        await saved.SaveAsync(table, PresentValues, $"{name} p", SavedRows.Present, cancel).ConfigureAwait(false);
    }

    private int IndexOf(DbObject column) => image.Kept.Select((c, i) => (c, i)).First(x => x.c.Name == column.Name).i;

    private Task SetAsync(int verdict, string condition, CancellationToken cancel) =>
        session.ExecuteAsync(sql.UpdateJoined(store, [(Verdict, verdict.ToString(System.Globalization.CultureInfo.InvariantCulture))], $"{name} AS p", $"{Matches("t", "p")} AND {condition}"), cancel);

    private string MatchesFrom(string captured, string row) => Matches(captured, row);

    /// <summary>The same where the capture has no alias.</summary>
    private string MatchesBare(string row) => Matches(store, row);
}
