using System.Security.Cryptography;
using System.Text;

namespace PSMigrate.Cmdlets.Tests.Rooms;

/// <summary>A temporary folder with scripts and databases in it.</summary>
internal sealed class Room : IDisposable
{
    public const string Create = """
        -- Migration: create_customers
        -- Forward migration
        BEGIN TRANSACTION;
        CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
        INSERT INTO customers (name) VALUES ('Ada'), ('Grace');
        COMMIT;

        -- Rollback (if needed)
        -- BEGIN TRANSACTION;
        -- DROP TABLE customers;
        -- COMMIT;

        """;

    public const string AddEmail = "ALTER TABLE customers ADD COLUMN email TEXT;\n";

    public Room(string name = "room") => Folder = Directory.CreateDirectory(Path.Combine(Directory.CreateTempSubdirectory("psmigrate-").FullName, name)).FullName;

    public string Folder { get; }

    public string this[string relative] => Path.Combine(Folder, relative);

    /// <summary>Writes a file, making its folder.</summary>
    public string Write(string relative, string text) => Write(relative, Encoding.UTF8.GetBytes(text));

    public string Write(string relative, byte[] bytes)
    {
        var path = this[relative];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    /// <summary>An empty database, and two scripts that make a table with two customers and give it a column.</summary>
    public Database Shop(string database = "shop.db", string folder = "migrations")
    {
        Write(Path.Combine(folder, "001_create_customers.sql"), Create);
        Write(Path.Combine(folder, "002_add_email.sql"), AddEmail);
        return Database(database);
    }

    public Database Database(string name = "shop.db", string sql = "PRAGMA user_version = 1")
    {
        var database = new Database(this[name]);
        database.Run(sql);
        return database;
    }

    /// <summary>Every folder and file below this one with what is in it: equal when nothing has changed.</summary>
    public string Content() => string.Join('\n', Directory.EnumerateFileSystemEntries(Folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
        .Order(StringComparer.Ordinal)
        .Select(path => Path.GetRelativePath(Folder, path) + (Directory.Exists(path) ? "/" : " " + Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path))))));

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(Folder)!, recursive: true);
}
