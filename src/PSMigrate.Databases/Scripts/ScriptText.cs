using System.Security.Cryptography;
using System.Text;

namespace PSMigrate.Databases.Scripts;

/// <summary>
/// A script file as text. Its line ends are turned into line feeds, so that what is run, as well as the checksum, is the same
/// on every machine that the file was checked out on.
/// </summary>
/// <param name="Text">Without byte order mark; lines end with a line feed.</param>
/// <param name="Checksum">Lower-case hexadecimal SHA-256 of the text in UTF-8.</param>
/// <param name="Stamp">The file as it was when it was opened.</param>
internal sealed record ScriptText(string Text, string Checksum, FileStamp Stamp)
{
    /// <exception cref="MigrationException">ScriptNotFound, ScriptUnreadable, ScriptNotText.</exception>
    public static ScriptText Read(string path)
    {
        var (bytes, stamp) = ReadBytes(path);
        var form = TextForm.Of(bytes);
        if (form.FirstInvalid(bytes) is var invalid and >= 0)
        {
            throw NotText(path, invalid);
        }

        var text = form.Decode(bytes);
        if (text.Contains('\r'))
        {
            text = text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
            return new ScriptText(text, Hash(Encoding.UTF8.GetBytes(text)), stamp);
        }

        // Most files are UTF-8 with line feeds already: their bytes are what is hashed.
        return new ScriptText(text, Hash(form.UnitSize == 1 ? bytes.AsSpan(form.Start) : Encoding.UTF8.GetBytes(text)), stamp);
    }

    private static (byte[] Bytes, FileStamp Stamp) ReadBytes(string path)
    {
        try
        {
            using var file = File.OpenHandle(path);
            var stamp = new FileStamp(RandomAccess.GetLength(file), File.GetLastWriteTimeUtc(file));
            var bytes = new byte[stamp.Length];
            var length = 0;
            while (length < bytes.Length && RandomAccess.Read(file, bytes.AsSpan(length), length) is var read and > 0)
            {
                length += read;
            }

            return (length == bytes.Length ? bytes : bytes[..length], stamp);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new MigrationException("ScriptNotFound", ErrorKind.NotFound, $"The script {path} is not there.", e)
            {
                Offender = path,
                RecommendedAction = "Create the script, or mend the path.",
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            var kind = e is UnauthorizedAccessException ? ErrorKind.Denied : ErrorKind.Failed;
            throw new MigrationException("ScriptUnreadable", kind, $"The script {path} cannot be read: {e.Message}", e)
            {
                Offender = path,
                RecommendedAction = "Give the file a path and rights that let it be read.",
            };
        }
    }

    private static string Hash(ReadOnlySpan<byte> content) => Convert.ToHexString(SHA256.HashData(content)).ToLowerInvariant();

    private static MigrationException NotText(string path, int offset) =>
        new("ScriptNotText", ErrorKind.InvalidInput, $"{path} is not text: the byte at offset {offset} belongs to no UTF-8, UTF-16 or UTF-32 text.")
        {
            Offender = path,
            RecommendedAction = "Save the script as UTF-8, or leave the file out of the folder of scripts.",
        };
}
