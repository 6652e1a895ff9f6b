using System.Security.Cryptography;

namespace PSMigrate.Code.Tests;

/// <summary>A temporary folder to migrate, and room beside it; gone after the test.</summary>
internal sealed class Tree : IDisposable
{
    private readonly DirectoryInfo work = Directory.CreateTempSubdirectory("psmigrate-tree-");

    public Tree(bool filled = true)
    {
        Root = work.CreateSubdirectory("tree").FullName;
        if (filled)
        {
            Write("readme.md", "read me");
            Write("src/app.cs", "class App;");
            Write("src/deep/er/late.txt", "");
            Write("Zoë/naïve 名前 🎉.txt", "unicode");
            Write("two\nlines.txt", "newline");
            Write(".git/config", "[core]");
            Write("src/vendor/.git/HEAD", "ref: x");
            Directory.CreateDirectory(this["empty/inner"]);
            Write("run.sh", "#!/bin/sh\n");
            File.SetUnixFileMode(this["run.sh"], UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.GroupRead);
            File.CreateSymbolicLink(this["link"], "readme.md");
            File.CreateSymbolicLink(this["src/dangling"], "../not there");
            Directory.CreateSymbolicLink(this["src/up"], "..");
            Directory.CreateSymbolicLink(this["outside"], Outside);
            File.SetLastWriteTimeUtc(this["readme.md"], new DateTime(2020, 1, 2, 3, 4, 5, DateTimeKind.Utc));
        }
    }

    public string Root { get; }

    /// <summary>A folder that links lead to and that nothing may touch.</summary>
    public string Outside => Directory.CreateDirectory(Path.Combine(work.FullName, "outside")).FullName;

    public string Beside(string name) => work.CreateSubdirectory(name).FullName;

    public string this[string path] => Path.Combine(Root, path);

    public void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(this[path])!);
        File.WriteAllText(this[path], text);
    }

    /// <summary>Everything below a folder but what the target leaves out: kind, mode, link and content, read apart from the code under test.</summary>
    public static IReadOnlyDictionary<string, string> Image(string root)
    {
        var image = new SortedDictionary<string, string>(StringComparer.Ordinal);
        Add(root, "");
        return image;

        void Add(string folder, string prefix)
        {
            foreach (var found in new DirectoryInfo(folder).EnumerateFileSystemInfos("*", new EnumerationOptions { AttributesToSkip = 0 }))
            {
                if (found.Name is ".git" or ".psmigrate")
                {
                    continue;
                }

                var path = prefix + found.Name;
                if (found.LinkTarget is { } text)
                {
                    image[path] = $"link {text}";
                }
                else if (found is DirectoryInfo)
                {
                    image[path] = $"folder {File.GetUnixFileMode(found.FullName)}";
                    Add(found.FullName, path + "/");
                }
                else
                {
                    image[path] = $"file {File.GetUnixFileMode(found.FullName)} {found.LastWriteTimeUtc:O} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(found.FullName)))}";
                }
            }
        }
    }

    public IReadOnlyDictionary<string, string> Image() => Image(Root);

    public void Dispose()
    {
        Open(work.FullName);
        work.Delete(recursive: true);

        static void Open(string folder)
        {
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            foreach (var inner in new DirectoryInfo(folder).EnumerateDirectories("*", new EnumerationOptions { AttributesToSkip = FileAttributes.ReparsePoint }))
            {
                Open(inner.FullName);
            }
        }
    }
}
