using System.Runtime.InteropServices;
using SQLitePCL;

namespace PSMigrate.Databases.Sqlite;

/// <summary>
/// The calls of SQLite that are made for every value of every row, straight into the library that SQLitePCL has loaded: they return at once, and
/// what SQLitePCL does around each of them would take longer than they do.
/// </summary>
internal static unsafe partial class SqliteNative
{
    private const string Library = "e_sqlite3";

    /// <summary>SQLITE_TRANSIENT: SQLite keeps a copy of what is bound.</summary>
    private static readonly nint Transient = -1;

    /// <summary>A statement's handle; whoever uses it keeps the statement alive.</summary>
    public static nint Of(sqlite3_stmt statement) => statement.DangerousGetHandle();

    public static ReadOnlySpan<byte> Bytes(nint statement, int column)
    {
        // The pointer first: asking for it is what makes the bytes be there.
        var bytes = Blob(statement, column);
        return new ReadOnlySpan<byte>(bytes, Length(statement, column));
    }

    public static int BindText(nint statement, int at, ReadOnlySpan<byte> value)
    {
        // Where there is nothing to point at, NULL would be bound.
        byte nothing = 0;
        fixed (byte* bytes = value)
        {
            return BindText(statement, at, bytes is null ? &nothing : bytes, value.Length, Transient);
        }
    }

    public static int BindBlob(nint statement, int at, ReadOnlySpan<byte> value)
    {
        byte nothing = 0;
        fixed (byte* bytes = value)
        {
            return BindBlob(statement, at, bytes is null ? &nothing : bytes, value.Length, Transient);
        }
    }

    [LibraryImport(Library, EntryPoint = "sqlite3_step")]
    public static partial int Step(nint statement);

    [LibraryImport(Library, EntryPoint = "sqlite3_reset")]
    public static partial int Reset(nint statement);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_type")]
    [SuppressGCTransition]
    public static partial int Type(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_int64")]
    [SuppressGCTransition]
    public static partial long Int64(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_double")]
    [SuppressGCTransition]
    public static partial double Double(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_int64")]
    [SuppressGCTransition]
    public static partial int BindInt64(nint statement, int at, long value);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_double")]
    [SuppressGCTransition]
    public static partial int BindDouble(nint statement, int at, double value);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_null")]
    [SuppressGCTransition]
    public static partial int BindNull(nint statement, int at);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_blob")]
    private static partial byte* Blob(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_bytes")]
    [SuppressGCTransition]
    private static partial int Length(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_text")]
    private static partial int BindText(nint statement, int at, byte* value, int length, nint transient);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_blob")]
    private static partial int BindBlob(nint statement, int at, byte* value, int length, nint transient);
}
