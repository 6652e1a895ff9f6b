using System.Formats.Tar;

namespace PSMigrate.Code.Trees;

/// <summary>
/// Tells pipes, sockets and devices from files: opening a pipe to read it would wait for ever. The class library says what sort of
/// file something is only when it writes an archive; what has no length is all that can be one of them.
/// </summary>
internal static class SpecialFile
{
    public static bool IsOne(FileInfo file)
    {
        if (OperatingSystem.IsWindows() || file.Length > 0)
        {
            return false;
        }

        try
        {
            using var archive = new MemoryStream();
            using (var writer = new TarWriter(archive, TarEntryFormat.Pax, leaveOpen: true))
            {
                writer.WriteEntry(file.FullName, "x");
            }

            archive.Position = 0;
            using var reader = new TarReader(archive);
            return reader.GetNextEntry()?.EntryType is not TarEntryType.RegularFile;
        }
        catch (IOException e) when (!TreeErrors.IsGone(e))
        {
            // Archives have no sockets.
            return true;
        }
    }
}
