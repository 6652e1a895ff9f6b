namespace PSMigrate.Databases.Scripts;

/// <summary>
/// A version out of a file name, such as <c>001</c>, <c>1.2</c> or <c>1_2</c>. Versions are compared part by part as numbers of
/// any length, and parts that are missing count as zero: 1, 001 and 1.0 are the same version.
/// </summary>
/// <param name="text">As it stands in the file name.</param>
public sealed class ScriptVersion(string text) : IComparable<ScriptVersion>, IEquatable<ScriptVersion>
{
    private readonly string[] parts = ReadParts(text);

    public int CompareTo(ScriptVersion? other)
    {
        if (other is null)
        {
            return 1;
        }

        for (var i = 0; i < Math.Max(parts.Length, other.parts.Length); i++)
        {
            var difference = NaturalOrder.CompareNumbers(PartAt(i), other.PartAt(i));
            if (difference != 0)
            {
                return difference;
            }
        }

        return 0;
    }

    public bool Equals(ScriptVersion? other) => CompareTo(other) == 0;

    public override bool Equals(object? obj) => Equals(obj as ScriptVersion);

    public override int GetHashCode() => string.Join('.', parts).GetHashCode(StringComparison.Ordinal);

    /// <summary>As it stands in the file name.</summary>
    public override string ToString() => text;

    private string PartAt(int index) => index < parts.Length ? parts[index] : "";

    /// <summary>Without leading zeros and without zeros at the end, so that equal versions have equal parts.</summary>
    private static string[] ReadParts(string text)
    {
        var parts = text.Split('.', '_').Select(part => part.TrimStart('0')).ToList();
        while (parts is [.., ""])
        {
            parts.RemoveAt(parts.Count - 1);
        }

        return [.. parts];
    }
}
