using System.Text.RegularExpressions;
using PSMigrate.Databases.Servers.PostgreSql.Catalog;
using static PSMigrate.Databases.Servers.PostgreSql.PostgreSqlName;

namespace PSMigrate.Databases.Servers.PostgreSql.Backups;

/// <summary>What a database is like by itself, whatever is in it: none of it is in a dump, and it stays when the content is restored.</summary>
/// <param name="Making">What CREATE DATABASE is told that cannot be changed later.</param>
/// <param name="Limit">How many may be connected; -1 for any number.</param>
/// <param name="Settings">Statements after ALTER: <c>DATABASE ~ SET …</c> and <c>ROLE r IN DATABASE ~ SET …</c>, with <c>~</c> for the name.</param>
/// <param name="Permissions">One GRANT or REVOKE a line, without the database's name.</param>
internal sealed partial record PostgreSqlTraits(
    string Owner, bool MayGiveToOwner, bool IsOwned, string Making, string Tablespace, int Limit, bool IsTemplate, string? Comment, IReadOnlyList<DatabaseSetting> Settings, string? Permissions)
{
    /// <summary>Settings whose values are lists of names, each quoted where it must be: the value as it is stored is SQL already.</summary>
    private static readonly HashSet<string> Lists = new(StringComparer.OrdinalIgnoreCase)
    {
        "search_path", "temp_tablespaces", "local_preload_libraries", "session_preload_libraries", "shared_preload_libraries", "unix_socket_directories",
    };

    public static async Task<PostgreSqlTraits> ReadAsync(ServerSession session, string database, CancellationToken cancel)
    {
        var version = await session.ScalarAsync<int>("SELECT current_setting('server_version_num')::int", cancel).ConfigureAwait(false);
        var locale = version >= 170000 ? "d.datlocprovider::text, d.datlocale, d.daticurules"
            : version >= 160000 ? "d.datlocprovider::text, d.daticulocale, d.daticurules"
            : version >= 150000 ? "d.datlocprovider::text, d.daticulocale, NULL::text"
            : "'c', NULL::text, NULL::text";
        var settings = await session.ListAsync(
            """
            SELECT CASE s.setrole WHEN 0 THEN NULL ELSE quote_ident(pg_get_userbyid(s.setrole)) END, pg_get_userbyid(s.setrole) = current_user, unnest(s.setconfig)
            FROM pg_catalog.pg_db_role_setting s JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase WHERE d.datname = @p1 ORDER BY s.setrole
            """,
            row => DatabaseSetting.Read(row.IsDBNull(0) ? null : row.GetString(0), row.GetBoolean(1), row.GetString(2), Lists), cancel, database).ConfigureAwait(false);
        var found = await session.ListAsync(
            $"""
            SELECT quote_ident(pg_get_userbyid(d.datdba)), pg_has_role(d.datdba, 'MEMBER'), pg_has_role(d.datdba, 'USAGE'), pg_encoding_to_char(d.encoding), d.datcollate, d.datctype, {locale},
                quote_ident(t.spcname), d.datconnlimit, d.datistemplate, pg_catalog.shobj_description(d.oid, 'pg_database'), {CatalogScope.Permissions("d.datacl", "d", "d.datdba")}
            FROM pg_catalog.pg_database d JOIN pg_catalog.pg_tablespace t ON t.oid = d.dattablespace WHERE d.datname = @p1
            """,
            row =>
            {
                string? Text(int i) => row.IsDBNull(i) ? null : row.GetString(i);
                var making = $"ENCODING {Literal(row.GetString(3))} LC_COLLATE {Literal(row.GetString(4))} LC_CTYPE {Literal(row.GetString(5))}"
                    + row.GetString(6) switch
                    {
                        "i" => $" LOCALE_PROVIDER icu ICU_LOCALE {Literal(row.GetString(7))}{(Text(8) is { } rules ? $" ICU_RULES {Literal(rules)}" : "")}",
                        "b" => $" LOCALE_PROVIDER builtin BUILTIN_LOCALE {Literal(row.GetString(7))}",
                        _ => "",
                    };
                return new PostgreSqlTraits(row.GetString(0), row.GetBoolean(1), row.GetBoolean(2), making, row.GetString(9), row.GetInt32(10), row.GetBoolean(11), Text(12), settings, Text(13));
            }, cancel, database).ConfigureAwait(false);
        return found.FirstOrDefault() ?? throw new MigrationException("TargetNotFound", ErrorKind.NotFound, $"There is no database {database}.")
        {
            Offender = database,
            RecommendedAction = "Check the name, or create the database first.",
        };
    }

    /// <summary>Makes a database like it.</summary>
    /// <param name="template">The database that is copied; template0 for an empty one.</param>
    public string Create(string name, string template) =>
        $"CREATE DATABASE {Quote(name)} TEMPLATE {Quote(template)} {(template == "template0" ? Making : "")}{(MayGiveToOwner ? $" OWNER {Owner}" : "")} TABLESPACE {Tablespace}";

    /// <summary>What a database is told once it is there; for a copy, only what matters to whoever works in it.</summary>
    public IEnumerable<string> After(string name, bool isCopy)
    {
        foreach (var setting in Settings.Where(s => !isCopy || s.Role is null || s.IsMine))
        {
            yield return setting.Statement(Quote(name));
        }

        foreach (var line in Permissions is { Length: > 0 } lines ? lines.Split('\n') : [])
        {
            // Whoever gave the right gave it in the database that was: here the present account does.
            yield return GrantedBy().Replace(Privileges().Replace(line, $"$1 $2 ON DATABASE {Quote(name).Replace("$", "$$", StringComparison.Ordinal)} $3 "), "");
        }

        if (isCopy)
        {
            yield break;
        }

        if (Comment is { } comment)
        {
            yield return $"COMMENT ON DATABASE {Quote(name)} IS {Literal(comment)}";
        }

        if (Limit != -1)
        {
            yield return $"ALTER DATABASE {Quote(name)} CONNECTION LIMIT {Limit}";
        }

        if (IsTemplate)
        {
            yield return $"ALTER DATABASE {Quote(name)} IS_TEMPLATE true";
        }
    }

    [GeneratedRegex("^(GRANT|REVOKE) (.+?) (TO|FROM) ")]
    private static partial Regex Privileges();

    [GeneratedRegex(" GRANTED BY .*$")]
    private static partial Regex GrantedBy();
}

/// <summary>A setting that a database gives to all of its sessions, or to those of one role.</summary>
/// <param name="Role">Quoted; null for all.</param>
/// <param name="IsMine">True where the role is the account's own.</param>
/// <param name="Value">As SQL.</param>
internal sealed record DatabaseSetting(string? Role, bool IsMine, string Name, string Value)
{
    public static DatabaseSetting Read(string? role, bool isMine, string text, IReadOnlySet<string> lists)
    {
        var (name, value) = (text[..text.IndexOf('=', StringComparison.Ordinal)], text[(text.IndexOf('=', StringComparison.Ordinal) + 1)..]);
        // A setting of an extension has a dot in its name, which is no part of a quoted one.
        var quoted = string.Join('.', name.Split('.').Select(Quote));
        return new DatabaseSetting(role, isMine, quoted, lists.Contains(name) && value.Length > 0 ? value : Literal(value));
    }

    public string Statement(string database) => Role is null ? $"ALTER DATABASE {database} SET {Name} = {Value}" : $"ALTER ROLE {Role} IN DATABASE {database} SET {Name} = {Value}";
}
