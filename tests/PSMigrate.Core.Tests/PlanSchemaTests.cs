using System.Text.Json.Nodes;
using PSMigrate.Plans;
using PSMigrate.Steps;

namespace PSMigrate.Core.Tests;

/// <summary>The schema for editors has the keys that the reader takes.</summary>
public sealed class PlanSchemaTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static readonly JsonObject Schema =
        JsonNode.Parse(File.ReadAllText(Path.Combine(DocumentationTests.Root, "module", "schema", "psmigrate-plan.schema.json")))!.AsObject();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Has_the_plans_keys() =>
        // What the reader knows only to say that it is not available is not offered.
        Assert.Equal(ValidKeys("surprise_: 1").Except(["notify"]), Keys(Schema["properties"]!));

    [Fact]
    public void Has_the_keys_of_steps() =>
        Assert.Equal(ValidKeys("steps: [ { surprise_: 1 } ]").Concat(["copy", "script", "transform"]).Order(StringComparer.Ordinal), Keys(Schema["definitions"]!["step"]!["properties"]!));

    [Fact]
    public void Has_the_keys_of_maintenance() =>
        Assert.Equal(ValidKeys("steps: []\nmaintenance: { surprise_: 1 }"), Keys(Schema["properties"]!["maintenance"]!["properties"]!));

    [Fact]
    public void Has_the_keys_of_retention() =>
        Assert.Equal(ValidKeys("steps: []\nretention: { surprise_: 1 }"), Keys(Schema["properties"]!["retention"]!["properties"]!));

    [Fact]
    public void Has_the_keys_of_rehearsal() =>
        Assert.Equal(ValidKeys("steps: []\nrehearsal: { surprise_: 1 }"), Keys(Schema["properties"]!["rehearsal"]!["properties"]!));

    [Fact]
    public void Has_the_words_of_the_enumerations()
    {
        Assert.Equal(Words<MigrationType>(), Texts(Schema["properties"]!["type"]!["anyOf"]![0]!["enum"]!));
        Assert.Equal(Words<OnFailure>(), Texts(Schema["properties"]!["onFailure"]!["enum"]!));
    }

    [Fact]
    public void Every_key_is_described() => Assert.All(Properties(Schema), property =>
        Assert.True(property.Value!["description"] is not null || property.Value["$ref"] is not null, property.Key));

    private string[] ValidKeys(string text)
    {
        var file = folder.Write("plan.yaml", text);
        var error = Assert.Throws<MigrationException>(() =>
        {
            var draft = PlanFileReader.Read(file, FakeKinds.Services);
            draft.DefineSteps(new PlanScope(draft.BaseFolder, FakeKinds.Services));
        });
        Assert.Equal("PlanKeyUnknown", error.ErrorId);
        return error.RecommendedAction!.Split("Valid: ")[1].TrimEnd('.').Split(", ");
    }

    private static IEnumerable<string> Keys(JsonNode properties) => properties.AsObject().Select(p => p.Key).Order(StringComparer.Ordinal);

    private static IEnumerable<string> Texts(JsonNode list) => list.AsArray().Select(item => item!.GetValue<string>());

    private static IEnumerable<string> Words<T>() where T : struct, Enum =>
        Enum.GetNames<T>().Select(name => char.ToLowerInvariant(name[0]) + name[1..]).Concat(Enum.GetNames<T>());

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Properties(JsonNode node) => node switch
    {
        JsonObject map => map.SelectMany(p => p is { Key: "properties", Value: JsonObject properties }
            ? properties.Concat(properties.SelectMany(q => Properties(q.Value!)))
            : p.Value is null ? [] : Properties(p.Value)),
        JsonArray list => list.SelectMany(item => item is null ? [] : Properties(item)),
        _ => [],
    };
}
