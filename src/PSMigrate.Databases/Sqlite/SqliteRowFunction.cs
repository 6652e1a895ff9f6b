using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace PSMigrate.Databases.Sqlite;

/// <summary>
/// A function of the session that is called for every row of a large table. SQLite calls it directly where its library can be reached,
/// because the driver's own way makes several objects a call; otherwise it is called in that way.
/// </summary>
internal abstract unsafe class SqliteRowFunction
{
    private const string Library = "e_sqlite3";

    /// <summary>Makes the function known to a session, for as long as that is open.</summary>
    public void Register(SqliteSession session, string name, int flags)
    {
        var code = Native(session, name, flags)
            ?? raw.sqlite3_create_function(session.Handle, name, -1, flags, null, (context, _, values) => Answer(context, values));
        if (code != raw.SQLITE_OK)
        {
            throw session.Error(code);
        }
    }

    /// <summary>Called by SQLite itself.</summary>
    protected abstract void Answer(nint context, ReadOnlySpan<nint> values);

    /// <summary>The same through the driver.</summary>
    protected abstract void Answer(sqlite3_context context, sqlite3_value[] values);

    /// <summary>The value's type, as sqlite.org/c3ref/value_blob.html numbers them.</summary>
    [DllImport(Library, EntryPoint = "sqlite3_value_type", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [SuppressGCTransition]
    protected static extern int TypeOf(nint value);

    [DllImport(Library, EntryPoint = "sqlite3_value_int64", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [SuppressGCTransition]
    protected static extern long LongOf(nint value);

    [DllImport(Library, EntryPoint = "sqlite3_value_double", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [SuppressGCTransition]
    protected static extern double DoubleOf(nint value);

    /// <summary>The bytes of a text or blob, valid during the call.</summary>
    protected static ReadOnlySpan<byte> BytesOf(nint value)
    {
        // In this order: asking for the bytes brings a text into UTF-8, asking for their number does not move them.
        var bytes = ValueBlob(value);
        return new ReadOnlySpan<byte>(bytes, ValueBytes(value));
    }

    protected static void Result(nint context, ReadOnlySpan<byte> blob)
    {
        const nint copied = -1;
        fixed (byte* bytes = blob)
        {
            ResultBlob(context, bytes, blob.Length, copied);
        }
    }

    [DllImport(Library, EntryPoint = "sqlite3_result_int", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    protected static extern void Result(nint context, int number);

    /// <returns>Null where the library cannot be reached under its name.</returns>
    private int? Native(SqliteSession session, string name, int flags)
    {
        var self = GCHandle.Alloc(this);
        try
        {
            var bytes = System.Text.Encoding.UTF8.GetBytes(name + "\0");
            fixed (byte* text = bytes)
            {
                // From here on SQLite has the handle, and gives it back when the session closes.
                return CreateFunction(session.Handle.DangerousGetHandle(), text, -1, flags, GCHandle.ToIntPtr(self), &Called, 0, 0, &Forgotten);
            }
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            self.Free();
            return null;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Called(nint context, int count, nint* values) =>
        ((SqliteRowFunction)GCHandle.FromIntPtr(UserData(context)).Target!).Answer(context, new ReadOnlySpan<nint>(values, count));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Forgotten(nint self) => GCHandle.FromIntPtr(self).Free();

    [DllImport(Library, EntryPoint = "sqlite3_create_function_v2", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int CreateFunction(
        nint session, byte* name, int arguments, int flags, nint user, delegate* unmanaged[Cdecl]<nint, int, nint*, void> function, nint step, nint final,
        delegate* unmanaged[Cdecl]<nint, void> destroy);

    [DllImport(Library, EntryPoint = "sqlite3_user_data", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [SuppressGCTransition]
    private static extern nint UserData(nint context);

    [DllImport(Library, EntryPoint = "sqlite3_value_blob", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern byte* ValueBlob(nint value);

    [DllImport(Library, EntryPoint = "sqlite3_value_bytes", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [SuppressGCTransition]
    private static extern int ValueBytes(nint value);

    [DllImport(Library, EntryPoint = "sqlite3_result_blob", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern void ResultBlob(nint context, byte* blob, int length, nint destructor);
}
