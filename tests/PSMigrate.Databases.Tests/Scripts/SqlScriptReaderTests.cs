using System.Security.Cryptography;
using System.Text;
using CsCheck;
using PSMigrate.Databases.Scripts;
using PSMigrate.Databases.Sql;
using PSMigrate.Databases.Tests.Sql;
using PSMigrate.Plans;
using Xunit;

namespace PSMigrate.Databases.Tests.Scripts;

public sealed class SqlScriptReaderTests : IDisposable
{
    private const string Template = """
        -- Migration: add_email
        -- Date: 2026-11-22
        -- Description: Every customer gets an e-mail address: at last.

        -- Forward migration
        BEGIN TRANSACTION;
        ALTER TABLE customers ADD COLUMN email TEXT;
        COMMIT;

        -- Rollback (if needed)
        -- BEGIN TRANSACTION;
        -- ALTER TABLE customers DROP COLUMN email;
        -- COMMIT;

        """;

    private readonly ScriptFiles files = new();

    public void Dispose() => files.Dispose();

    [Fact]
    public void Reads_the_template()
    {
        var script = files.Read(Template, "V001__add_email.sql");
        Assert.Equal("V001__add_email", script.Name);
        Assert.Equal("add_email", script.Title);
        Assert.Equal("add_email", script.MigrationName);
        Assert.Equal("001", script.Version?.ToString());
        Assert.Equal(new DateOnly(2026, 11, 22), script.Date);
        Assert.Equal("Every customer gets an e-mail address: at last.", script.Description);
        Assert.Equal(RepeatMode.Once, script.Repeat);
        Assert.Null(script.CompanionUndoPath);
        Assert.Null(script.UndoChecksum);

        var content = script.ReadContent(SqlDialect.Sqlite);
        var forward = Assert.Single(content.Forward.Statements);
        Assert.Equal("ALTER TABLE customers ADD COLUMN email TEXT", forward.Text);
        Assert.Equal(new SourcePlace(script.FilePath, 7, 1), forward.Place);
        Assert.True(content.Forward.InTransaction);

        var rollback = Assert.Single(content.Rollback!.Statements);
        Assert.Equal("ALTER TABLE customers DROP COLUMN email", rollback.Text);
        Assert.Equal(new SourcePlace(script.FilePath, 12, 4), rollback.Place);
        Assert.Equal("BEGIN TRANSACTION;\nALTER TABLE customers DROP COLUMN email;\nCOMMIT;\n", content.RollbackText);
        Assert.Empty(content.Verify);
    }

    [Fact]
    public void Checksum_is_that_of_the_text_alone()
    {
        var expected = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Template)));
        var text = Template;
        Encoding[] encodings =
        [
            new UTF8Encoding(false), new UTF8Encoding(true), new UnicodeEncoding(false, true), new UnicodeEncoding(true, true),
            new UnicodeEncoding(false, false), new UnicodeEncoding(true, false), new UTF32Encoding(false, true), new UTF32Encoding(true, true),
        ];
        foreach (var lineEnd in new[] { "\n", "\r\n", "\r" })
        {
            foreach (var encoding in encodings)
            {
                byte[] bytes = [.. encoding.GetPreamble(), .. encoding.GetBytes(text.Replace("\n", lineEnd))];
                var script = SqlScriptReader.Read(files.Write("add_email.sql", bytes));
                Assert.Equal(expected, script.Checksum);
                Assert.Equal(12, script.ReadContent(SqlDialect.Sqlite).Rollback!.Statements[0].Line);
            }
        }

        Assert.NotEqual(expected, files.Read(Template + " ").Checksum);
        Assert.NotEqual(expected, files.Read(Template.Replace("at last", "At last")).Checksum);
    }

    [Fact]
    public void Line_ends_inside_a_string_are_the_same_on_every_machine()
    {
        var unix = files.Content("insert into t values ('a\nb');");
        var windows = files.Content("insert into t values ('a\r\nb');");
        Assert.Equal(unix.Forward.Statements[0].Text, windows.Forward.Statements[0].Text);
    }

    [Fact]
    public void Text_beyond_ascii_is_read_in_utf16_without_a_mark()
    {
        var bytes = Encoding.Unicode.GetBytes("select 'größe 名前 \ud83d\ude00' as x;");
        Assert.Equal("select 'größe 名前 \ud83d\ude00' as x", ReadOne(bytes));
        Assert.Equal("select 'größe 名前 \ud83d\ude00' as x", ReadOne(Encoding.UTF8.GetBytes("select 'größe 名前 \ud83d\ude00' as x;")));

        string ReadOne(byte[] content) =>
            SqlScriptReader.Read(files.Write("add_email.sql", content)).ReadContent(SqlDialect.Sqlite).Forward.Statements[0].Text;
    }

    [Theory]
    [InlineData(new byte[] { (byte)'a', 0, (byte)'b', (byte)'c', (byte)'d', (byte)'e' }, 1)]
    [InlineData(new byte[] { 0, (byte)'a', (byte)'b', 0 }, 0)]
    [InlineData(new byte[] { (byte)'a', (byte)'b', 0 }, 2)]
    [InlineData(new byte[] { (byte)'a', 0xC3, 0x28 }, 1)]
    [InlineData(new byte[] { (byte)'a', (byte)'b', 0xE9 }, 2)]
    [InlineData(new byte[] { 0xEF, 0xBB, 0xBF, (byte)'a', 0xFF }, 4)]
    [InlineData(new byte[] { 0xFF, 0xFE, (byte)'a', 0, 0, 0xD8, (byte)'b', 0 }, 4)]
    [InlineData(new byte[] { 0xFE, 0xFF, 0, (byte)'a', 0, 0 }, 4)]
    [InlineData(new byte[] { 0xFE, 0xFF, 0, (byte)'a', 0 }, 4)]
    [InlineData(new byte[] { 0xFF, 0xFE, 0, 0, (byte)'a', 0, 0, 0, 0, 0, 0x11, 0 }, 8)]
    [InlineData(new byte[] { 0x89, (byte)'P', (byte)'N', (byte)'G' }, 0)]
    public void What_is_not_text_is_refused_with_the_offset(byte[] bytes, int offset)
    {
        var error = Refused.With("ScriptNotText", () => SqlScriptReader.Read(files.Write("a.sql", bytes)));
        Assert.Contains($"offset {offset} ", error.Message);
    }

    [Fact]
    public void A_missing_script_is_refused()
    {
        Assert.Equal(ErrorKind.NotFound, Refused.With("ScriptNotFound", () => SqlScriptReader.Read(Path.Combine(files.Folder, "no.sql"))).Kind);
        Assert.Equal(ErrorKind.NotFound, Refused.With("ScriptNotFound", () => SqlScriptReader.Read(Path.Combine(files.Folder, "no", "no.sql"))).Kind);
        Refused.With("ScriptUnreadable", () => SqlScriptReader.Read(files.Folder));
        Refused.With("ScriptUnreadable", () => SqlScriptReader.Read("a\0b.sql"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\uFEFF")]
    [InlineData(" \n\n")]
    [InlineData("-- Migration: add_email\n/* nothing\nyet */\n-- to do")]
    [InlineData("-- x\n;;")]
    [InlineData("BEGIN;\nCOMMIT;")]
    [InlineData("-- Forward migration\n\n-- Rollback\n-- DROP TABLE t;\n")]
    public void A_script_without_statements_is_refused(string text) =>
        Refused.At(1, 1, "ScriptEmpty", () => files.Content(text));

    [Fact]
    public void An_empty_file_is_refused_before_its_statements_are_read() =>
        Refused.With("ScriptEmpty", () => files.Read("-- nothing\n"));

    [Fact]
    public void A_companion_undoes_the_script()
    {
        var undo = files.Write("add_email.undo.sql", "-- Forget it\r\nBEGIN;\r\nALTER TABLE c DROP COLUMN email;\r\nCOMMIT;");
        var script = files.Read("ALTER TABLE c ADD COLUMN email;");
        Assert.Equal(undo, script.CompanionUndoPath);
        Assert.Equal(64, script.UndoChecksum!.Length);
        Assert.NotEqual(script.Checksum, script.UndoChecksum);
        var rollback = Assert.Single(script.ReadContent(SqlDialect.Sqlite).Rollback!.Statements);
        Assert.Equal("ALTER TABLE c DROP COLUMN email", rollback.Text);
        Assert.Equal(new SourcePlace(undo, 3, 1), rollback.Place);
    }

    [Theory]
    [InlineData("V002__add_email.sql", "U2__add-email.sql")]
    [InlineData("V002__add_email.sql", "V002__add_email.undo.sql")]
    [InlineData("002_add_email.sql", "U002__add_email.sql")]
    [InlineData("R__view.sql", "R__view.undo.sql")]
    [InlineData("Add Email.sql", "add email.UNDO.SQL")]
    public void A_companion_is_found_by_name(string name, string undo)
    {
        files.Write("V003__add_email.sql", "select 1;");
        files.Write("U003__add_email.sql", "select 1;");
        var path = files.Write(undo, "select 2;");
        Assert.Equal(path, files.Read("select 1;", name).CompanionUndoPath);
    }

    [Fact]
    public void Two_ways_back_are_refused()
    {
        files.Write("add_email.undo.sql", "select 1;");
        Refused.At(3, 4, "RollbackAmbiguous", () => files.Content("select 1;\n-- Rollback\n-- select 2;"));
        files.Write("U1__a.sql", "select 1;");
        files.Write("V1__a.undo.sql", "select 1;");
        Refused.With("RollbackAmbiguous", () => files.Read("select 1;", "V1__a.sql"));
    }

    [Fact]
    public void Nothing_but_a_migration_exception_escapes()
    {
        var template = Encoding.UTF8.GetBytes(Template);
        var mutated = Gen.Select(Gen.Int[0, template.Length - 1], Gen.Byte).Array[0, 6].Select(changes =>
        {
            var bytes = template.ToArray();
            foreach (var (at, value) in changes)
            {
                bytes[at] = value;
            }

            return bytes;
        });
        var anything = Gen.OneOf(Gen.Byte.Array[0, 200], mutated, SqlGen.Soup.Select(text => Encoding.UTF8.GetBytes(text)), SqlGen.Soup.Select(text => Encoding.Unicode.GetBytes(text)));
        anything.Sample(bytes =>
        {
            var path = files.Write("add_email.sql", bytes);
            try
            {
                var content = SqlScriptReader.Read(path).ReadContent(SqlDialect.Sqlite);
                Assert.False(content.Forward.IsEmpty);
            }
            catch (MigrationException e)
            {
                Assert.NotEmpty(e.RecommendedAction!);
            }
        }, iter: 3000, threads: 1);
    }
}
