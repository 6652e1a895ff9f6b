namespace PSMigrate.Databases.Data;

/// <summary>What values of a column are, whatever the engine calls it.</summary>
public enum DataKind
{
    Text,
    Boolean,
    Integer,

    /// <summary>Numbers with decimal places that are kept exactly.</summary>
    Decimal,

    /// <summary>IEEE 754.</summary>
    Float,
    Bytes,
    Uuid,
    Date,
    Time,

    /// <summary>Date and time of no zone.</summary>
    Timestamp,

    /// <summary>A moment, of which the zone that it was written with is not kept.</summary>
    Moment,

    /// <summary>A moment with the local time that it was written with.</summary>
    OffsetTimestamp,
    Json,

    /// <summary>Any value, with a type of its own: a column of SQLite's.</summary>
    Dynamic,

    /// <summary>What only one engine knows: it travels as text.</summary>
    Other,
}

/// <summary>The type of a column: what it can hold, in words that all engines share.</summary>
/// <param name="Native">As the engine itself writes it in a definition.</param>
public sealed record DataType(DataKind Kind, string Native)
{
    /// <summary>Integers and floats: how many bytes a value has.</summary>
    public int Width { get; init; }

    /// <summary>Integers: no negative ones.</summary>
    public bool IsUnsigned { get; init; }

    /// <summary>Text: the most characters; bytes: the most bytes; null for as many as the engine takes.</summary>
    public long? Length { get; init; }

    /// <summary>Text: how many bytes, in its own encoding, where it is they that are counted.</summary>
    public long? LengthInBytes { get; init; }

    /// <summary>Text and bytes: shorter values are filled up to the length.</summary>
    public bool IsFixed { get; init; }

    /// <summary>Decimals: the most digits; null for as many as the engine takes.</summary>
    public int? Precision { get; init; }

    /// <summary>Decimals: the decimal places, null where every value has its own; times: the digits of a second.</summary>
    public int? Scale { get; init; }

    /// <summary>Text: its encoding where it is not all of Unicode; null where it is.</summary>
    public string? Encoding { get; init; }

    /// <summary>Text of which there are only so many.</summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>The form in which its values travel.</summary>
    public DataForm Form { get; init; } = DataForm.Text;

    /// <summary>The form for a kind and width: the narrowest that has room for every value.</summary>
    public static DataForm FormFor(DataKind kind, int width, bool isUnsigned, int? scale) => kind switch
    {
        DataKind.Boolean => DataForm.Boolean,
        DataKind.Integer => (isUnsigned, width) switch
        {
            (false, <= 2) or (true, 1) => DataForm.Int16,
            (false, <= 4) or (true, <= 2) => DataForm.Int32,
            (false, _) or (true, <= 4) => DataForm.Int64,
            _ => DataForm.Numeric,
        },
        DataKind.Decimal => DataForm.Numeric,
        DataKind.Float => width <= 4 ? DataForm.Single : DataForm.Double,
        DataKind.Bytes => DataForm.Bytes,
        DataKind.Uuid => DataForm.Uuid,
        DataKind.Date => DataForm.Date,
        DataKind.Time => scale > 6 ? DataForm.FineTime : DataForm.Time,
        DataKind.Timestamp => scale > 6 ? DataForm.FineTimestamp : DataForm.Timestamp,
        DataKind.Moment => DataForm.TimestampTz,
        DataKind.OffsetTimestamp => DataForm.OffsetTimestamp,
        DataKind.Dynamic => DataForm.Dynamic,
        _ => DataForm.Text,
    };

    /// <summary>The same type with its form.</summary>
    public DataType WithForm() => this with { Form = FormFor(Kind, Width, IsUnsigned, Scale) };
}
