using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace PSMigrate.Databases.Crash;

/// <summary>
/// Lets SQLite itself report every statement that writes, of whatever connection of this process: before it begins, and after it
/// where that has committed something.
/// </summary>
internal static unsafe partial class StatementMoments
{
    // sqlite.org/c3ref/c_trace.html
    private const uint Began = 0x01;
    private const uint Ended = 0x02;

    private static KillSwitch? kills;

    public static void ReportTo(KillSwitch to)
    {
        kills = to;
        delegate* unmanaged[Cdecl]<nint, nint, nint, int> opened = &Opened;
        if (sqlite3_auto_extension((nint)opened) is var code and not 0)
        {
            throw new InvalidOperationException($"SQLite does not let its connections be watched ({code}).");
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Opened(nint connection, nint error, nint api)
    {
        delegate* unmanaged[Cdecl]<uint, nint, nint, nint, int> heard = &Heard;
        return sqlite3_trace_v2(connection, Began | Ended, (nint)heard, connection);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Heard(uint what, nint connection, nint statement, nint text)
    {
        var sql = Marshal.PtrToStringUTF8(sqlite3_sql(statement)) ?? "";
        if (what == Began && Marshal.PtrToStringUTF8(text)?.StartsWith("--", StringComparison.Ordinal) == true)
        {
            // A trigger's statement is part of the one that set it off.
            return 0;
        }

        if (sql.Contains("TEMP TRIGGER", StringComparison.Ordinal) || sql.Contains("EXISTS temp.", StringComparison.Ordinal))
        {
            // What is temporary leaves nothing behind.
            return 0;
        }

        var ends = IsAny(sql, "COMMIT", "END", "RELEASE");
        if (sqlite3_stmt_readonly(statement) != 0 && !ends && !IsAny(sql, "BEGIN", "ROLLBACK", "SAVEPOINT"))
        {
            return 0;
        }

        if (what == Began)
        {
            kills?.Pass($"statement: before {Shown(sql)}");
        }
        else if (sqlite3_get_autocommit(connection) != 0)
        {
            kills?.Pass($"statement: after {Shown(sql)}");
        }

        return 0;
    }

    private static bool IsAny(string sql, params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
        {
            if (sql.AsSpan().TrimStart().StartsWith(word, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static string Shown(string sql)
    {
        var line = sql.ReplaceLineEndings(" ").Trim();
        return line.Length > 80 ? line[..80] + "…" : line;
    }

    [LibraryImport("e_sqlite3")]
    private static partial int sqlite3_auto_extension(nint entry);

    [LibraryImport("e_sqlite3")]
    private static partial int sqlite3_trace_v2(nint connection, uint mask, nint callback, nint context);

    [LibraryImport("e_sqlite3")]
    private static partial nint sqlite3_sql(nint statement);

    [LibraryImport("e_sqlite3")]
    private static partial int sqlite3_stmt_readonly(nint statement);

    [LibraryImport("e_sqlite3")]
    private static partial int sqlite3_get_autocommit(nint connection);
}
