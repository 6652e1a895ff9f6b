namespace PSMigrate.Databases.Data;

/// <summary>What an engine gives back of a text in a column of fixed length.</summary>
public enum FixedText
{
    /// <summary>Just what was written.</summary>
    AsWritten,

    /// <summary>The text with blanks up to the length.</summary>
    Padded,

    /// <summary>The text without blanks at its end.</summary>
    Trimmed,
}

/// <summary>What no column of an engine can hold, whatever its type says.</summary>
public sealed record DataLimits
{
    /// <summary>Text may have the character U+0000 in it.</summary>
    public bool TakesNul { get; init; } = true;

    /// <summary>Floats may be NaN and infinite.</summary>
    public bool TakesNonFinite { get; init; } = true;

    /// <summary>Dates and times may be infinite.</summary>
    public bool TakesInfiniteTimes { get; init; }

    /// <summary>Decimals may be NaN and infinite.</summary>
    public bool TakesNonFiniteDecimals { get; init; }

    /// <summary>What becomes of texts in columns of fixed length.</summary>
    public FixedText FixedText { get; init; }

    /// <summary>The first and the last day, as days since 2000-01-01.</summary>
    public (int First, int Last) Days { get; init; } = (DayOf(1, 1, 1), DayOf(9999, 12, 31));

    /// <summary>The least and the greatest time of day, in microseconds.</summary>
    public (long Least, long Greatest) Times { get; init; } = (0, (24L * 3_600_000_000) - 1);

    public static int DayOf(int year, int month, int day) => new DateOnly(year, month, day).DayNumber - new DateOnly(2000, 1, 1).DayNumber;
}
