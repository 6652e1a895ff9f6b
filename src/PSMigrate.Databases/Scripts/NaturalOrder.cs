namespace PSMigrate.Databases.Scripts;

/// <summary>Order by name with runs of digits compared as numbers, so that 2 comes before 10; case decides only between equals.</summary>
internal sealed class NaturalOrder : IComparer<string>
{
    public static readonly NaturalOrder Instance = new();

    public int Compare(string? x, string? y)
    {
        ReadOnlySpan<char> a = x;
        ReadOnlySpan<char> b = y;
        while (!a.IsEmpty && !b.IsEmpty)
        {
            var digitsA = LeadingDigits(a);
            var digitsB = LeadingDigits(b);
            var bothNumbers = digitsA > 0 && digitsB > 0;
            var difference = bothNumbers
                ? CompareNumbers(a[..digitsA].TrimStart('0'), b[..digitsB].TrimStart('0'))
                : char.ToUpperInvariant(a[0]).CompareTo(char.ToUpperInvariant(b[0]));
            if (difference != 0)
            {
                return difference;
            }

            a = a[(bothNumbers ? digitsA : 1)..];
            b = b[(bothNumbers ? digitsB : 1)..];
        }

        var byLength = a.Length.CompareTo(b.Length);
        return byLength != 0 ? byLength : string.CompareOrdinal(x, y);
    }

    /// <summary>Two runs of digits without leading zeros, of any length: the longer one is the greater number.</summary>
    public static int CompareNumbers(ReadOnlySpan<char> a, ReadOnlySpan<char> b) =>
        a.Length != b.Length ? a.Length.CompareTo(b.Length) : a.SequenceCompareTo(b);

    private static int LeadingDigits(ReadOnlySpan<char> text)
    {
        var count = text.IndexOfAnyExceptInRange('0', '9');
        return count < 0 ? text.Length : count;
    }
}
