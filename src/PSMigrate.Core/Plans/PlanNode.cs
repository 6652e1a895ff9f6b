using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace PSMigrate.Plans;

/// <summary>
/// A part of a plan file with its place, so that whatever is wrong with it can be said by line and column.
/// </summary>
public sealed class PlanNode
{
    private readonly YamlNode node;

    private PlanNode(YamlNode node, string file)
    {
        this.node = node;
        File = file;
    }

    public string File { get; }

    public SourcePlace Place => new(File, (int)node.Start.Line, (int)node.Start.Column);

    public bool IsText => node is YamlScalarNode;

    public bool IsMap => node is YamlMappingNode;

    public bool IsList => node is YamlSequenceNode;

    /// <summary>Reads a whole file.</summary>
    /// <exception cref="MigrationException">PlanFileInvalid: the text is not YAML, is empty, or holds several documents.</exception>
    public static PlanNode Read(string file)
    {
        YamlStream stream;
        try
        {
            stream = YamlText.Load(System.IO.File.ReadAllText(file, new System.Text.UTF8Encoding(false, throwOnInvalidBytes: true)), aliases: true);
        }
        catch (YamlException e)
        {
            throw new MigrationException("PlanFileInvalid", ErrorKind.InvalidInput,
                $"{file}:{e.Start.Line}:{e.Start.Column}: not valid YAML: {Innermost(e)}", e)
            {
                Offender = file,
                Place = new SourcePlace(file, (int)e.Start.Line, (int)e.Start.Column),
                RecommendedAction = "Mend the YAML at that place.",
            };
        }
        catch (System.Text.DecoderFallbackException e)
        {
            throw new MigrationException("PlanFileInvalid", ErrorKind.InvalidInput, $"{file} is not UTF-8 text.", e)
            {
                Offender = file,
                RecommendedAction = "Save the plan file as UTF-8.",
            };
        }

        return stream.Documents.Count == 1
            ? new PlanNode(stream.Documents[0].RootNode, file)
            : throw new MigrationException("PlanFileInvalid", ErrorKind.InvalidInput,
                stream.Documents.Count == 0 ? $"{file} is empty." : $"{file} holds {stream.Documents.Count} documents; a plan file holds one.")
            {
                Offender = file,
                RecommendedAction = "Write one YAML document with at least a target and steps.",
            };
    }

    /// <summary>A node for a value that did not come from a file, such as a folder of scripts that is a plan by itself.</summary>
    public static PlanNode OfText(string text, string origin) => new(new YamlScalarNode(text) { Style = ScalarStyle.DoubleQuoted }, origin);

    public string Text(string what)
    {
        if (node is YamlScalarNode { Value: { } value } scalar && !IsNull(scalar))
        {
            return value;
        }

        throw WrongType(what, "text");
    }

    public bool Boolean(string what) => node is YamlScalarNode { Style: ScalarStyle.Plain, Value: { } value }
        ? value switch
        {
            "true" or "True" or "TRUE" => true,
            "false" or "False" or "FALSE" => false,
            _ => throw WrongType(what, "true or false"),
        }
        : throw WrongType(what, "true or false");

    /// <summary>A time such as <c>500ms</c>, <c>5s</c>, <c>2m</c> or <c>1h</c>.</summary>
    public TimeSpan Duration(string what)
    {
        var text = Text(what);
        return ShortTime.TryRead(text, TimeSpan.FromDays(1), out var time) && time > TimeSpan.Zero
            ? time
            : throw Error("PlanValueInvalid", $"{what} is '{text}'.", "Write a time with its unit, such as 30s, 5m or 1h.");
    }

    public T OneOf<T>(string what) where T : struct, Enum
    {
        var text = Text(what);
        // By name only: parsing would also take numbers, and several names with commas between them.
        return Enum.GetNames<T>().FirstOrDefault(n => n.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } name
            ? Enum.Parse<T>(name)
            : throw Error("PlanValueInvalid", $"{what} is '{text}'.", Nearest.Suggest(text, Enum.GetNames<T>().Select(n => char.ToLowerInvariant(n[0]) + n[1..])));
    }

    /// <summary>A list; a single value counts as a list of one.</summary>
    public IReadOnlyList<PlanNode> List(string what) => node switch
    {
        YamlSequenceNode list => [.. list.Children.Select(child => new PlanNode(child, File))],
        YamlScalarNode scalar when !IsNull(scalar) => [this],
        _ => throw WrongType(what, "a list"),
    };

    /// <summary>A map whose keys are free.</summary>
    public IReadOnlyList<(PlanNode Key, string Name, PlanNode Value)> Entries(string what)
    {
        if (node is not YamlMappingNode map)
        {
            throw WrongType(what, "a map of keys and values");
        }

        return [.. map.Children.Select(pair =>
        {
            var key = new PlanNode(pair.Key, File);
            return (key, key.Text("a key"), new PlanNode(pair.Value, File));
        })];
    }

    /// <summary>A map whose keys are known; any other key is an error that names the nearest.</summary>
    public IReadOnlyDictionary<string, PlanNode> Map(string what, params IReadOnlyCollection<string> keys)
    {
        var map = new Dictionary<string, PlanNode>(StringComparer.Ordinal);
        foreach (var (key, name, value) in Entries(what))
        {
            if (!keys.Contains(name))
            {
                throw key.Error("PlanKeyUnknown", $"'{name}' is not a key of {what}.", Nearest.Suggest(name, keys));
            }

            if (!map.TryAdd(name, value))
            {
                throw key.Error("PlanValueInvalid", $"{what} has the key '{name}' twice.", "Remove one of them.");
            }
        }

        return map;
    }

    public MigrationException Error(string errorId, string message, string action) =>
        new(errorId, ErrorKind.InvalidInput, $"{Place}: {message}")
        {
            Place = Place,
            Offender = File,
            RecommendedAction = action,
        };

    private MigrationException WrongType(string what, string wanted) =>
        Error("PlanValueInvalid", $"{what} must be {wanted}, but {Described} was found.", $"Write {wanted} there.");

    private string Described => node switch
    {
        YamlMappingNode => "a map",
        YamlSequenceNode => "a list",
        YamlScalarNode scalar when IsNull(scalar) => "nothing",
        YamlScalarNode scalar => $"'{scalar.Value}'",
        _ => "something else",
    };

    private static bool IsNull(YamlScalarNode scalar) =>
        scalar.Style == ScalarStyle.Plain && scalar.Value is null or "" or "~" or "null" or "Null" or "NULL" && scalar.Style == ScalarStyle.Plain;

    private static string Innermost(Exception e)
    {
        while (e.InnerException is { } inner)
        {
            e = inner;
        }

        return e.Message;
    }
}
