using System.Globalization;

namespace PSMigrate.Databases.Servers.SqlServer.Backups;

/// <summary>The statements by which a server backs up, restores, makes and drops whole databases. Files are as the server sees them.</summary>
internal static class SqlServerBackupText
{
    /// <summary>A copy-only backup, which leaves the chain of other backups alone; every page's checksum is looked at.</summary>
    /// <param name="compressed">Where the edition has it.</param>
    public static string Backup(string database, string file, bool compressed) =>
        $"BACKUP DATABASE {SqlServerName.Quote(database)} TO DISK = {SqlServerName.Text(file)} WITH COPY_ONLY, INIT, FORMAT, CHECKSUM, {(compressed ? "COMPRESSION" : "NO_COMPRESSION")}, STATS = 1, NAME = N'PSMigrate'";

    public static string Verify(string file) => $"RESTORE VERIFYONLY FROM DISK = {SqlServerName.Text(file)} WITH CHECKSUM";

    public static string Header(string file) => $"RESTORE HEADERONLY FROM DISK = {SqlServerName.Text(file)}";

    public static string Files(string file) => $"RESTORE FILELISTONLY FROM DISK = {SqlServerName.Text(file)}";

    /// <param name="moves">Each logical file of the backup, and where it goes.</param>
    public static string Restore(string database, string file, IEnumerable<(string Logical, string Physical)> moves) =>
        $"RESTORE DATABASE {SqlServerName.Quote(database)} FROM DISK = {SqlServerName.Text(file)} WITH {string.Join(", ", moves.Select(m => $"MOVE {SqlServerName.Text(m.Logical)} TO {SqlServerName.Text(m.Physical)}"))}, CHECKSUM, RECOVERY, STATS = 1";

    /// <param name="collation">Null for the server's.</param>
    public static string Create(string database, string? collation) =>
        $"CREATE DATABASE {SqlServerName.Quote(database)}{(collation is null ? "" : $" COLLATE {collation}")}";

    /// <summary>Whoever is in it is put out; not every server that speaks T-SQL has it.</summary>
    public static string PutOthersOut(string database) => $"ALTER DATABASE {SqlServerName.Quote(database)} SET SINGLE_USER WITH ROLLBACK IMMEDIATE";

    public static string Drop(string database) => $"DROP DATABASE IF EXISTS {SqlServerName.Quote(database)}";

    /// <summary>Fails at once where somebody is in it.</summary>
    public static string Close(string database) => $"ALTER DATABASE {SqlServerName.Quote(database)} SET SINGLE_USER WITH NO_WAIT";

    public static string Open(string database) => $"ALTER DATABASE {SqlServerName.Quote(database)} SET MULTI_USER";

    public static string Rename(string from, string to) => $"ALTER DATABASE {SqlServerName.Quote(from)} MODIFY NAME = {SqlServerName.Quote(to)}";

    /// <summary>What comes after this value is given out next. The name is without N where it can be: not every server that speaks T-SQL reads that here.</summary>
    public static string Renumber(string table, string value) =>
        $"DBCC CHECKIDENT ({(table.All(char.IsAscii) ? SqlServerName.PlainText(table) : SqlServerName.Text(table))}, RESEED, {decimal.Parse(value, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture)}) WITH NO_INFOMSGS";

    public static string Restart(string sequence, string value) => $"ALTER SEQUENCE {sequence} RESTART WITH {decimal.Parse(value, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture)}";

    /// <summary>Keeps writers out of a table until the transaction ends.</summary>
    public static string Hold(string table) => $"SELECT TOP (0) 1 AS held FROM {table} WITH (TABLOCK, HOLDLOCK)";
}
