using System.Globalization;

namespace PSMigrate.Databases.Servers.MySql;

/// <summary>
/// What servers that speak MySQL differ in, as far as structure goes. Facts are from the release notes of MySQL 8.0 and 8.4 and of
/// MariaDB 10.5 to 11.8.
/// </summary>
public sealed record MySqlFeatures
{
    /// <summary>As the server says it, without what distributions append.</summary>
    public required Version Version { get; init; }

    public required bool IsMariaDb { get; init; }

    /// <summary>Texts and blobs may have a default, so that the lack of one is shown as DEFAULT NULL as with other columns.</summary>
    public bool ShowsNullDefaultOfTexts => IsMariaDb;

    /// <summary>A check may be there without being enforced.</summary>
    public bool HasCheckEnforcement => !IsMariaDb;

    /// <summary>CREATE OR REPLACE of procedures, functions, package bodies and events in one statement, which keeps what was granted on them.</summary>
    public bool ReplacesRoutines => IsMariaDb;

    /// <summary>Altering a table with history needs leave.</summary>
    public bool HasVersioningGuard => IsMariaDb;

    /// <summary>Databases have a comment.</summary>
    public bool HasDatabaseComments => IsMariaDb;

    /// <summary>Tables of several databases may share a tablespace that has a name.</summary>
    public bool HasTablespaces => !IsMariaDb;

    /// <summary>MySQL knows the standard's DROP CONSTRAINT only from 8.0.19 on.</summary>
    public string DropCheckWords => IsMariaDb ? "DROP CONSTRAINT" : "DROP CHECK";

    /// <summary>What a definition says of an index that is kept up and not used.</summary>
    public string HiddenIndexWord => IsMariaDb ? "IGNORED" : "INVISIBLE";

    /// <summary>What ALTER INDEX says of an index that is to be used again.</summary>
    public string ShownIndexWord => IsMariaDb ? "NOT IGNORED" : "VISIBLE";

    /// <summary>Databases whose names differ in case only are different ones, as their folders are (lower_case_table_names).</summary>
    public bool DatabasesHaveCase { get; init; }

    public static async Task<MySqlFeatures> ReadAsync(ServerSession session, CancellationToken cancel) => (await session.ListAsync(
        "SELECT VERSION(), @@lower_case_table_names",
        row => Parse(row.GetString(0)) with { DatabasesHaveCase = Convert.ToInt64(row.GetValue(1), CultureInfo.InvariantCulture) == 0 }, cancel).ConfigureAwait(false))[0];

    /// <param name="version">Such as <c>8.0.36</c>, <c>10.11.19-MariaDB-0+deb12u1</c>, <c>5.5.5-10.6.7-MariaDB</c>.</param>
    public static MySqlFeatures Parse(string version)
    {
        var isMariaDb = version.Contains("MariaDB", StringComparison.OrdinalIgnoreCase);
        var text = isMariaDb && version.StartsWith("5.5.5-", StringComparison.Ordinal) ? version[6..] : version;
        var numbers = text.Split('-', '+', '~')[0].Split('.').Take(3)
            .Select(n => int.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0).ToArray();
        return new MySqlFeatures
        {
            IsMariaDb = isMariaDb,
            Version = new Version(numbers[0], numbers.ElementAtOrDefault(1), numbers.ElementAtOrDefault(2)),
        };
    }
}
