using System.Collections;
using PSMigrate.Databases.Sql;

namespace PSMigrate.Databases.Scripts;

/// <summary>
/// The statements of a part of a script, in order; a batch that is run five times is there five times. Those of a large script are not
/// kept: each walk over them reads the file again, and an index walks there.
/// </summary>
internal sealed class ScriptStatements : IReadOnlyList<SqlStatement>
{
    private readonly Func<IEnumerable<SqlStatement>> read;
    private readonly IReadOnlyList<SqlStatement>? single;

    /// <param name="kept">The statements, each once.</param>
    public ScriptStatements(IReadOnlyList<SqlStatement> kept)
    {
        read = () => kept;
        var count = 0L;
        foreach (var statement in kept)
        {
            count += statement.Times;
        }

        Count = (int)Math.Min(count, int.MaxValue);
        single = count == kept.Count ? kept : null;
    }

    /// <param name="read">Reads them again, each once.</param>
    /// <param name="count">How many there are, with repetitions.</param>
    public ScriptStatements(Func<IEnumerable<SqlStatement>> read, long count)
    {
        this.read = read;
        Count = (int)Math.Min(count, int.MaxValue);
    }

    public int Count { get; }

    public SqlStatement this[int index] => single is not null ? single[index]
        : index >= 0 && index < Count ? this.Skip(index).First()
        : throw new ArgumentOutOfRangeException(nameof(index));

    public IEnumerator<SqlStatement> GetEnumerator()
    {
        foreach (var statement in read())
        {
            for (var i = 0; i < statement.Times; i++)
            {
                yield return statement;
            }
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
