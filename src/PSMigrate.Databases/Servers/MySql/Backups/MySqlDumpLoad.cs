using System.IO.Compression;
using System.Text;
using PSMigrate.Databases.Sql;

namespace PSMigrate.Databases.Servers.MySql.Backups;

/// <summary>
/// Loads a dump without the server's client: its statements are read one after the other, as scripts' are, so that memory does not grow with
/// it, and are sent as they stand.
/// </summary>
internal static class MySqlDumpLoad
{
    /// <summary>MariaDB's dumps begin with a command for its client, in a comment for a version that will never be.</summary>
    private const string ForClient = "/*M!999999";

    /// <param name="read">Hears how far the file was read.</param>
    /// <exception cref="MigrationException">RestoreFailed, with the place in the dump.</exception>
    public static async Task RunAsync(ServerSession session, string file, Action<long> read, CancellationToken cancel)
    {
        await using var packed = File.OpenRead(file);
        using var text = new StreamReader(new GZipStream(packed, CompressionMode.Decompress), new UTF8Encoding(false, throwOnInvalidBytes: true), false, 1 << 16);
        using var reader = new SqlStatementReader(new TextSource(Path.GetFileName(file), text), SqlDialect.MySql);
        try
        {
            while (reader.Read() is { } statement)
            {
                cancel.ThrowIfCancellationRequested();
                if (!statement.Text.StartsWith(ForClient, StringComparison.Ordinal))
                {
                    await SendAsync(session, statement, cancel).ConfigureAwait(false);
                }

                read(packed.Position);
            }
        }
        catch (Exception e) when (e is DecoderFallbackException or InvalidDataException)
        {
            throw Failed($"{Path.GetFileName(file)} cannot be read without the server's own client: {e.Message}", e);
        }
    }

    private static async Task SendAsync(ServerSession session, SqlStatement statement, CancellationToken cancel)
    {
        try
        {
            await session.ExecuteAsync(statement.Text, cancel).ConfigureAwait(false);
        }
        catch (MigrationException e) when (e.ErrorId != "ConnectionLost")
        {
            throw Failed($"{statement.Place}: {e.Message}", e);
        }
    }

    private static MigrationException Failed(string message, Exception cause) => new("RestoreFailed", ErrorKind.Failed, message, cause)
    {
        RecommendedAction = $"Install the server's client programs, or name their folder in {MySqlTools.FolderVariable}, and restore again.",
    };

    private sealed class TextSource(string file, TextReader text) : ISqlSource
    {
        private bool hasBegun;

        public string File => file;

        public int Read(Span<char> into, out MappedPiece piece, out bool continues)
        {
            piece = new MappedPiece(0, 0, SourcePoint.StartOf(file));
            continues = hasBegun;
            hasBegun = true;
            return text.Read(into);
        }

        public void Dispose() => text.Dispose();
    }
}
