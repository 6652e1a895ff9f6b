using PSMigrate.Databases.Servers.Structure;
using static PSMigrate.Databases.Servers.PostgreSql.PostgreSqlName;

namespace PSMigrate.Databases.Servers.PostgreSql.Statements;

/// <summary>Functions, window functions and procedures.</summary>
internal sealed class FunctionKind : ObjectKind
{
    public static readonly FunctionKind Instance = new();

    public override IEnumerable<string> Create(DbObject one, DbStructure of) => Unchecked($"CREATE {Definition(one)}");

    public override bool Alter(ObjectChange change)
    {
        var (from, to) = (change.From, change.To);
        var (before, after) = (Names(from), Names(to));
        if (change.Differs("argument types") || change.Differs("returns") || IsWindow(from) != IsWindow(to)
            || (change.Differs("arguments") && (before != after || LosesDefault(from, to))))
        {
            // Its calls are bound to these; names of arguments can be given, and not changed.
            return false;
        }

        change.Rename(to.Kind.ToUpperInvariant());
        if (change.Takes("definition") | change.Takes("arguments"))
        {
            foreach (var statement in Unchecked($"CREATE OR REPLACE {Definition(to)}"))
            {
                change.Add(statement);
            }
        }

        return true;
    }

    /// <summary>
    /// The body may speak of what is not there yet, as it may when it was written: it is not checked before it runs. The setting is put back.
    /// </summary>
    private static IEnumerable<string> Unchecked(string statement) =>
    [
        "SELECT set_config('psmigrate.check_function_bodies', current_setting('check_function_bodies'), false), set_config('check_function_bodies', 'off', false)",
        statement,
        "SELECT set_config('check_function_bodies', current_setting('psmigrate.check_function_bodies'), false)",
    ];

    private static string Definition(DbObject one) =>
        $"{one.Kind.ToUpperInvariant()} {Of(one.Schema, Bare(one))}({one.Facet("arguments")})\n{one.Facet("definition")!.TrimEnd()}";

    private static bool IsWindow(DbObject one) => one.Facet("definition")!.Split('\n').TakeWhile(line => !line.StartsWith("AS ", StringComparison.Ordinal)).Any(line => line.StartsWith(" WINDOW", StringComparison.Ordinal));

    private static string Names(DbObject one) => string.Join(',', Arguments(one).Select(a => a.Split(" DEFAULT ")[0]));

    private static bool LosesDefault(DbObject from, DbObject to) =>
        Arguments(from).Count(a => a.Contains(" DEFAULT ", StringComparison.Ordinal)) > Arguments(to).Count(a => a.Contains(" DEFAULT ", StringComparison.Ordinal));

    /// <summary>A comma in a default may cut it in two, which then is no reason to make the function anew: the other part has no DEFAULT.</summary>
    private static string[] Arguments(DbObject one) => (one.Facet("arguments") ?? "").Split(", ");
}
