using System.Globalization;
using PSMigrate.Databases.Sql;

namespace PSMigrate.Benchmarks.Scripts;

/// <summary>Generates a script of a given size: tables, rows, comments, strings with separators in them, a routine now and then.</summary>
internal static class LargeScript
{
    /// <summary>Writes it.</summary>
    /// <returns>How many statements or batches it has.</returns>
    public static int Write(string path, SqlDialect dialect, long bytes)
    {
        using var writer = new StreamWriter(path) { NewLine = "\n" };
        var count = 0;
        for (var i = 0; writer.BaseStream.Length < bytes; i++)
        {
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"-- Order {i}; it's \"the\" next one"));
            count += i % 500 == 0 ? WriteRoutine(writer, dialect, i) : WriteRows(writer, dialect, i);
            if (i % 64 == 0)
            {
                writer.Flush();
            }
        }

        return count;
    }

    private static int WriteRows(StreamWriter writer, SqlDialect dialect, int i)
    {
        var name = dialect.Name switch { "SQL Server" => "[order lines]", "MySQL" => "`order lines`", _ => "\"order lines\"" };
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"INSERT INTO {name} (id, customer, note, price, placed)\nVALUES ({i}, {i % 977}, 'Customer {i}''s note; with a semicolon -- and dashes', {i % 100}.25, '2026-11-22T10:00:00') /* GO; */"));
        writer.WriteLine(dialect.Name == "SQL Server" ? "GO" : ";");
        return 1;
    }

    private static int WriteRoutine(StreamWriter writer, SqlDialect dialect, int i)
    {
        writer.WriteLine(dialect.Name switch
        {
            "PostgreSQL" => $"CREATE FUNCTION f{i}() RETURNS int LANGUAGE plpgsql AS $body$ BEGIN PERFORM 1; RETURN 'a;b'; END; $body$;",
            "MySQL" => $"DELIMITER //\nCREATE PROCEDURE p{i}() BEGIN SELECT 1; IF 1 THEN SELECT ';'; END IF; END//\nDELIMITER ;",
            "SQL Server" => $"CREATE PROCEDURE p{i} AS BEGIN SELECT 1; IF 1 = 1 SELECT ';'; END\nGO",
            _ => $"CREATE TRIGGER t{i} AFTER INSERT ON \"order lines\" BEGIN SELECT 1; SELECT CASE WHEN 1 THEN ';' END; END;",
        });
        return 1;
    }
}
