using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace PSMigrate.Plans;

/// <summary>
/// A plan with its evidence as a document, in JSON or YAML: the same tree in both. Reading a written document gives an equal plan.
/// </summary>
public static class PlanDocument
{
    public const string FormatKey = "format";

    public const string Format = "psmigrate-plan/1";

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        NumberHandling = JsonNumberHandling.Strict,
    };

    /// <summary>The same options for the other durable records: evidence, journals, manifests.</summary>
    public static JsonSerializerOptions LineOptions { get; } = new(Options) { WriteIndented = false, UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip };

    private static readonly JsonSerializerOptions ReadOptions = new(Options) { TypeInfoResolver = CompleteRecords.Resolver };

    /// <param name="relativeTo">The folder that the document will lie in, so that it can be moved together with its files; null for full paths.</param>
    public static string ToJson(MigrationPlan plan, string? relativeTo = null) => Write(Located(plan, relativeTo), Options);

    /// <summary>On one line, for keeping.</summary>
    public static string ToCompactJson(MigrationPlan plan) => Write(plan, LineOptions);

    public static string ToYaml(MigrationPlan plan, string? relativeTo = null) => YamlTree.Write(ToTree(plan, relativeTo));

    /// <summary>Reads a document in either form.</summary>
    /// <param name="folder">The folder that the document lies in.</param>
    /// <exception cref="MigrationException">PlanDocumentInvalid, PlanDocumentNewer.</exception>
    public static MigrationPlan Read(string text, string folder, string origin)
    {
        JsonNode? tree;
        try
        {
            tree = text.AsSpan().TrimStart().StartsWith("{") ? JsonNode.Parse(text) : YamlTree.Read(text);
            CompleteRecords.RemoveNulls(tree);
        }
        catch (Exception e) when (e is JsonException or YamlDotNet.Core.YamlException or ArgumentException)
        {
            // A key that stands twice in JSON is an argument error.
            throw Invalid(origin, $"it is neither JSON nor YAML: {e.Message}", e);
        }

        if (tree is not JsonObject root || root[FormatKey] is not JsonValue format)
        {
            throw Invalid(origin, $"it has no '{FormatKey}' key", null, "If it is a plan file that you wrote, use New-MigrationPlan.");
        }

        if (format.ToString() != Format)
        {
            throw new MigrationException("PlanDocumentNewer", ErrorKind.NotSupported, $"{origin} has the format '{format}'; this version reads '{Format}'.")
            {
                Offender = origin,
                RecommendedAction = "Read it with the version of PSMigrate that wrote it, or a later one.",
            };
        }

        root.Remove(FormatKey);
        try
        {
            var plan = root.Deserialize<MigrationPlan>(ReadOptions) ?? throw Invalid(origin, "it holds no plan", null);
            if (!plan.Targets.ContainsKey(MigrationPlan.DefaultTargetName))
            {
                throw Invalid(origin, "it names no target", null);
            }

            return plan with
            {
                BaseFolder = Path.GetFullPath(plan.BaseFolder, folder),
                StatePath = Path.GetFullPath(plan.StatePath, folder),
                Hash = PlanHash.Of(plan),
            };
        }
        catch (JsonException e)
        {
            throw Invalid(origin, $"{e.Message}", e);
        }
    }

    /// <summary>The format stands first, so that a reader knows it before anything else.</summary>
    private static string Write(MigrationPlan plan, JsonSerializerOptions options)
    {
        var space = options.WriteIndented ? "\n  " : "";
        return $"{{{space}\"{FormatKey}\": \"{Format}\",{JsonSerializer.Serialize(plan, options).AsSpan(1)}\n";
    }

    private static JsonObject ToTree(MigrationPlan plan, string? relativeTo) => JsonNode.Parse(ToJson(plan, relativeTo))!.AsObject();

    private static MigrationPlan Located(MigrationPlan plan, string? relativeTo) => relativeTo is null ? plan : plan with
    {
        BaseFolder = Path.GetRelativePath(relativeTo, plan.BaseFolder).Replace('\\', '/'),
        StatePath = Path.GetRelativePath(relativeTo, plan.StatePath).Replace('\\', '/'),
    };

    private static MigrationException Invalid(string origin, string why, Exception? inner, string? action = null) =>
        new("PlanDocumentInvalid", ErrorKind.InvalidInput, $"{origin} is not an exported plan: {why}.", inner)
        {
            Offender = origin,
            RecommendedAction = action ?? "Export the plan again with Export-MigrationPlan.",
        };
}
