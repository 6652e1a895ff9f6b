using System.Security.Cryptography;
using System.Text;
using PSMigrate.Databases.Sql;

namespace PSMigrate.Databases.Scripts;

/// <summary>
/// A script file as text. Its line ends are turned into line feeds, so that what is run, as well as the checksum, is the same
/// on every machine that the file was checked out on. A small file is kept; a large one is read again when its text is wanted.
/// </summary>
internal sealed class ScriptSource
{
    /// <summary>A file of more bytes is not kept.</summary>
    internal const int Large = 1024 * 1024;

    private readonly TextForm form;
    private readonly IReadOnlyList<FilePosition> positions;

    private ScriptSource(string path, string head, string checksum, FileStamp stamp, bool isWhole, TextForm form, IReadOnlyList<FilePosition> positions)
    {
        Path = path;
        Head = new SourceText(path, head);
        Checksum = checksum;
        Stamp = stamp;
        IsWhole = isWhole;
        this.form = form;
        this.positions = positions;
    }

    public string Path { get; }

    /// <summary>The text; of a large file its beginning, which is enough for a header.</summary>
    public SourceText Head { get; }

    /// <summary>True where <see cref="Head"/> is all of it.</summary>
    public bool IsWhole { get; }

    /// <summary>Lower-case hexadecimal SHA-256 of the text in UTF-8.</summary>
    public string Checksum { get; }

    /// <summary>The file as it was when it was opened.</summary>
    public FileStamp Stamp { get; }

    /// <summary>True when a reference to a variable may stand in it.</summary>
    public bool HasReferences { get; private init; }

    /// <summary>The files that its lines for sqlcmd name, as far as they are there.</summary>
    public IReadOnlyList<string> Includes { get; private init; } = [];

    /// <exception cref="MigrationException">ScriptNotFound, ScriptUnreadable, ScriptNotText.</exception>
    public static ScriptSource Read(string path) => Read(path, Large);

    /// <param name="path">The file.</param>
    /// <param name="large">How many bytes are too many to keep.</param>
    internal static ScriptSource Read(string path, int large) => Guarded(path, () =>
    {
        using var file = File.OpenHandle(path);
        var stamp = new FileStamp(RandomAccess.GetLength(file), File.GetLastWriteTimeUtc(file));
        return stamp.Length <= large ? ReadWhole(path, file, stamp) : ReadThrough(path, stamp, large);
    });

    /// <summary>All of the text.</summary>
    public string ReadAll()
    {
        if (IsWhole)
        {
            return Head.Text;
        }

        using var text = OpenText(0, long.MaxValue);
        return text.ReadToEnd();
    }

    /// <summary>The text for a reader of statements.</summary>
    public ISqlSource Open() => IsWhole ? new MappedTextSource(MappedText.Whole(Head)) : new ScriptFileSource(this);

    /// <summary>Part of the text, which is read from the file again.</summary>
    /// <exception cref="MigrationException">ScriptChanged, ScriptNotFound, ScriptUnreadable.</exception>
    public TextReader OpenText(long offset, long length) => Guarded<TextReader>(Path, () =>
    {
        if (FileStamp.Of(Path) != Stamp)
        {
            throw new MigrationException("ScriptChanged", ErrorKind.Refused, $"'{Path}' has changed since it was read.")
            {
                Offender = Path,
                RecommendedAction = "Plan again with New-MigrationPlan, and rehearse and approve the new plan.",
            };
        }

        var from = positions.LastOrDefault(position => position.Characters <= offset);
        return new ScriptFileReader(Path, form, from, offset - from.Characters, length);
    });

    private static ScriptSource ReadWhole(string path, Microsoft.Win32.SafeHandles.SafeFileHandle file, FileStamp stamp)
    {
        var bytes = new byte[stamp.Length];
        var length = 0;
        while (length < bytes.Length && RandomAccess.Read(file, bytes.AsSpan(length), length) is var read and > 0)
        {
            length += read;
        }

        bytes = length == bytes.Length ? bytes : bytes[..length];
        var form = TextForm.Of(bytes);
        if (form.FirstInvalid(bytes) is var invalid and >= 0)
        {
            throw NotText(path, invalid);
        }

        var text = form.Decode(bytes);
        var hasReturns = text.Contains('\r');
        text = hasReturns ? text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n') : text;

        // Most files are UTF-8 with line feeds already: their bytes are what is hashed.
        var hashed = hasReturns || form.UnitSize > 1 ? Encoding.UTF8.GetBytes(text) : bytes.AsSpan(form.Start);
        var includes = new IncludeFinder(path);
        includes.Read(text);
        return new ScriptSource(path, text, Convert.ToHexString(SHA256.HashData(hashed)).ToLowerInvariant(), stamp, isWhole: true, form, [])
        {
            HasReferences = MayRefer(text),
            Includes = includes.Finish(),
        };
    }

    /// <summary>One pass over a large file: its checksum, its beginning, and where in it its parts are found again.</summary>
    private static ScriptSource ReadThrough(string path, FileStamp stamp, int large)
    {
        using var reader = new ScriptFileReader(path);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var positions = new List<FilePosition>();
        var includes = new IncludeFinder(path);
        var head = new StringBuilder();
        bool hasReferences = false, endsInDollar = false;
        var buffer = new char[ScriptFileReader.BlockSize];
        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(buffer.Length)];
        long characters = 0, nextPosition = 0;
        while (reader.NextBlock(buffer) is var count and > 0)
        {
            if (characters >= nextPosition && reader.Resumable is { } resumable)
            {
                positions.Add(new FilePosition(characters, resumable));
                nextPosition = characters + large;
            }

            var text = buffer.AsSpan(0, count);
            hash.AppendData(bytes, 0, Encoding.UTF8.GetBytes(text, bytes));
            hasReferences |= MayRefer(text) || (endsInDollar && text[0] is '{' or '(');
            endsInDollar = text[^1] == '$';
            includes.Read(text);
            if (head.Length < large)
            {
                head.Append(text[..Math.Min(count, large - head.Length)]);
            }

            characters += count;
        }

        return new ScriptSource(
            path, head.ToString(), Convert.ToHexString(hash.GetHashAndReset()).ToLowerInvariant(), stamp, head.Length == characters, reader.Form, positions)
        {
            HasReferences = hasReferences,
            Includes = includes.Finish(),
        };
    }

    private static bool MayRefer(ReadOnlySpan<char> text) => text.Contains("${", StringComparison.Ordinal) || text.Contains("$(", StringComparison.Ordinal);

    private static T Guarded<T>(string path, Func<T> read)
    {
        try
        {
            return read();
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

    internal static MigrationException NotText(string path, long offset) =>
        new("ScriptNotText", ErrorKind.InvalidInput, $"{path} is not text: the byte at offset {offset} belongs to no UTF-8, UTF-16 or UTF-32 text.")
        {
            Offender = path,
            RecommendedAction = "Save the script as UTF-8, or leave the file out of the folder of scripts.",
        };
}

/// <summary>A place from which a file can be read on.</summary>
/// <param name="Characters">How much text stands before it, with its line ends turned.</param>
/// <param name="Bytes">How many bytes do.</param>
internal readonly record struct FilePosition(long Characters, long Bytes);
