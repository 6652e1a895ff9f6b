namespace PSMigrate.Databases.Servers.MySql;

internal enum MySqlTokenKind
{
    Word,

    /// <summary>A name in backticks, or in double quotes where they quote names.</summary>
    Name,

    /// <summary>A string with what introduces it: <c>'a'</c>, <c>b'1'</c>, <c>_latin1'a'</c>.</summary>
    String,
    Number,
    Sign,
}
