using System.Text;
using CsCheck;
using PSMigrate.Databases.Scripts;
using PSMigrate.Databases.Sql;
using PSMigrate.Databases.Tests.Sql;
using Xunit;

namespace PSMigrate.Databases.Tests.Scripts;

public sealed class LargeScriptTests : IDisposable
{
    private readonly ScriptFiles files = new();

    public void Dispose() => files.Dispose();

    [Fact]
    public void A_large_script_says_what_a_small_one_says()
    {
        var text = new StringBuilder("-- Migration: big\r\n-- LockTimeout: 5s\r\n-- StatementTimeout: 30s\r\n\r\n-- Forward migration\r\nBEGIN;\r\n");
        for (var i = 0; i < 30_000; i++)
        {
            text.Append("insert into t (a, b) values (").Append(i).Append(", 'größe ; ${region} \ud83d\ude00');\r\n");
        }

        text.Append("COMMIT;\r\n-- Rollback\r\n-- delete from t;\r\n-- delete from u where a = '${region}';\r\n");
        var script = files.Read(text.ToString(), "big.sql");
        Assert.False(script.Text.IsWhole);
        Assert.Equal((TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30)), (script.LockTimeout, script.StatementTimeout));

        var content = script.ReadContent(SqlDialect.PostgreSql, new ScriptVariables(new Dictionary<string, string> { ["region"] = "e'u" }));
        Assert.Equal(30_000, content.Forward.Statements.Count);
        Assert.Equal("insert into t (a, b) values (29999, 'größe ; e''u \ud83d\ude00')", content.Forward.Statements[^1].Text);
        Assert.Equal((30_006, 1), (content.Forward.Statements[^1].Line, content.Forward.Statements[^1].Column));
        Assert.Equal(["delete from t", "delete from u where a = 'e''u'"], content.Rollback!.Statements.Texts());
        Assert.Equal(30_009, content.Rollback.Statements[0].Line);
        Assert.Equal(30_000, content.Forward.Statements.Select(s => s.Line).Distinct().Count());
    }

    [Fact]
    public void The_checksum_is_the_same_however_large_the_file_and_whatever_its_encoding()
    {
        var text = string.Concat(Enumerable.Range(0, 50_000).Select(i => $"select {i}, 'é\ud83d\ude00\u4e00';\n"));
        var small = ScriptSource.Read(files.Write("a.sql", text), int.MaxValue);
        Assert.True(small.IsWhole);
        foreach (var encoding in new[] { new UTF8Encoding(true), Encoding.Unicode, Encoding.BigEndianUnicode, Encoding.UTF32 })
        {
            var path = files.Write("b.sql", [.. encoding.GetPreamble(), .. encoding.GetBytes(text.Replace("\n", "\r\n"))]);
            var large = ScriptSource.Read(path);
            Assert.Equal((false, small.Checksum), (large.IsWhole, large.Checksum));
            Assert.Equal(text, large.ReadAll());
        }
    }

    [Fact]
    public void A_large_file_that_is_no_text_is_refused_where_it_is_not()
    {
        var bytes = Encoding.UTF8.GetBytes(new string('a', 2_000_000));
        bytes[1_500_000] = 0xFF;
        Assert.Contains("1500000", Refused.With("ScriptNotText", () => ScriptSource.Read(files.Write("a.sql", bytes))).Message);
    }

    [Fact]
    public void Any_part_of_a_large_file_can_be_read_again() =>
        Gen.Select(Gen.OneOf("a", "\n", "\r", "\r\n", "é", "\u4e00", "\ud83d\ude00", "line\n").Array[0, 3000].Select(string.Concat), Gen.Int[0, 4000], Gen.Int[0, 4000])
            .Sample((text, offset, length) =>
            {
                var path = Path.Combine(files.Folder, $"{Guid.NewGuid():N}.sql");
                File.WriteAllText(path, string.Concat(Enumerable.Repeat(text, 40)), new UTF8Encoding(false));
                var whole = ScriptSource.Read(path, int.MaxValue).Head.Text;
                var source = ScriptSource.Read(path, 1000);
                offset = Math.Min(offset * 20, whole.Length);
                length = Math.Min(length, whole.Length - offset);
                using var reader = source.OpenText(offset, length);
                Assert.Equal(whole.Substring(offset, length), reader.ReadToEnd());
                File.Delete(path);
            }, iter: 60);

    [Fact]
    public void Rows_of_a_copy_are_read_from_the_file_again()
    {
        var rows = string.Concat(Enumerable.Range(0, 100_000).Select(i => $"{i}\tvalue of {i} é\n"));
        var script = files.Read($"COPY a FROM stdin;\n{rows}\\.\nselect 1;\nCOPY b FROM stdin;\n{rows}x\n\\.\nselect 2;", "copy.sql");
        var statements = script.ReadContent(SqlDialect.PostgreSql).Forward.Statements;
        Assert.Equal(["COPY a FROM stdin", "select 1", "COPY b FROM stdin", "select 2"], statements.Texts());
        var data = statements.Where(s => s.CopyData is not null).Select(s => s.CopyData!).ToList();
        Assert.Equal(rows, data[0].Open().ReadToEnd());
        Assert.Equal(rows + "x\n", data[1].Open().ReadToEnd());
        Assert.Equal([(rows.Length, 2), (rows.Length + 2, 100_005)], data.Select(d => ((int)d.Length, d.Place.Line)));

        File.AppendAllText(script.FilePath, "-- changed");
        Refused.With("ScriptChanged", () => data[0].Open());
    }

    [Fact]
    public void The_first_error_of_a_large_script_has_its_place()
    {
        var text = string.Concat(Enumerable.Repeat("select 'a\nb';\n", 100_000));
        var script = files.Read($"{text}  select 'open; ${{nobody}}\n/* ", "bad.sql");
        Refused.At(200_001, 10, "UnclosedString", () => script.ReadContent(SqlDialect.MySql));
        script = files.Read($"{text}  select ${{nobody}}; select 'open", "bad2.sql");
        Refused.At(200_001, 10, "UnknownVariable", () => script.ReadContent(SqlDialect.MySql));
    }

    [Fact]
    public void No_statement_is_held_when_the_next_is_read()
    {
        var path = Path.Combine(files.Folder, "huge.sql");
        using (var writer = new StreamWriter(path))
        {
            for (var i = 0; i < 300_000; i++)
            {
                writer.Write($"insert into orders (id, customer, note) values ({i}, {i % 100}, 'a note; with a semicolon');\n");
            }

            writer.Write("copy orders from stdin;\n");
            for (var i = 0; i < 300_000; i++)
            {
                writer.Write($"{i}\t{i % 100}\ta row that is as long as the statements are, or nearly so\n");
            }

            writer.Write("\\.\n");
        }

        var script = SqlScriptReader.Read(path);
        var content = script.ReadContent(SqlDialect.PostgreSql);
        var seen = new List<WeakReference>();
        var count = 0;
        foreach (var statement in content.Forward.Statements)
        {
            if (++count % 1000 == 0)
            {
                seen.Add(new WeakReference(statement));
            }
        }

        // What other tests hold meanwhile does not count.
        GC.Collect();
        Assert.Equal(300_001, count);
        Assert.True(seen.Count(reference => reference.IsAlive) < 3, "statements are held that nobody looks at any more");
    }
}
