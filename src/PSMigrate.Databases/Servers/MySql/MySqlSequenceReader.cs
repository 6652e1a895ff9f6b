using System.Data.Common;
using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.MySql;

/// <summary>Reads SHOW CREATE SEQUENCE of MariaDB. The value that comes next is content.</summary>
internal static class MySqlSequenceReader
{
    public static DbObject Read(DbDataReader row)
    {
        var cursor = new MySqlCursor(MySqlTokens.Read(row.GetString(1)));
        cursor.Took("CREATE", "SEQUENCE");
        var sequence = new DbObject { Kind = DbKinds.Sequence, Name = cursor.Take().Name };
        sequence.Facets[MySqlFacets.Options] = MySqlTokens.Join(cursor.TakeUntil(token => token.Is("ENGINE") || token.Is("COMMENT")));
        while (!cursor.AtEnd)
        {
            var facet = cursor.Take().Is("ENGINE") ? MySqlFacets.Engine : DbFacets.Comment;
            cursor.Took("=");
            sequence.Facets[facet] = cursor.Take().Text;
        }

        return sequence;
    }
}
