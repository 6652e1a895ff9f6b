using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace PSMigrate.Plans;

/// <summary>
/// Makes sure that what is read is whole: a document that was edited may lack parts that the types promise, or hold null for them,
/// and would fail long after it was read.
/// </summary>
internal static class CompleteRecords
{
    /// <summary>Reads as usual, but wants every constructor parameter that has no default and cannot be null.</summary>
    public static IJsonTypeInfoResolver Resolver { get; } = new DefaultJsonTypeInfoResolver { Modifiers = { RequireParameters } };

    /// <summary>Null means left out: then the default or the error for what is missing applies.</summary>
    public static void RemoveNulls(JsonNode? tree)
    {
        switch (tree)
        {
            case JsonObject map:
                foreach (var (key, value) in map.ToList())
                {
                    if (value is null)
                    {
                        map.Remove(key);
                    }

                    RemoveNulls(value);
                }

                break;
            case JsonArray list:
                for (var i = list.Count - 1; i >= 0; i--)
                {
                    if (list[i] is null)
                    {
                        list.RemoveAt(i);
                    }
                    else
                    {
                        RemoveNulls(list[i]);
                    }
                }

                break;
        }
    }

    private static void RequireParameters(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object || type.Type.GetConstructors() is not [var constructor])
        {
            return;
        }

        var nullability = new NullabilityInfoContext();
        foreach (var parameter in constructor.GetParameters().Where(p => !p.HasDefaultValue && nullability.Create(p).WriteState == NullabilityState.NotNull))
        {
            foreach (var property in type.Properties.Where(p => string.Equals(p.Name, parameter.Name, StringComparison.OrdinalIgnoreCase)))
            {
                property.IsRequired = true;
            }
        }
    }
}
