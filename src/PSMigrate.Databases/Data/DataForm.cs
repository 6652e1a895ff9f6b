namespace PSMigrate.Databases.Data;

/// <summary>
/// In which form the values of a column travel between two databases. Where PostgreSQL's binary COPY has a form for it, it is that
/// one (its documentation, "COPY", and the send and receive functions of its types): numbers are big-endian.
/// </summary>
public enum DataForm
{
    /// <summary>UTF-8, without a byte order mark.</summary>
    Text,

    /// <summary>One byte: 0 or 1.</summary>
    Boolean,
    Int16,
    Int32,
    Int64,

    /// <summary>IEEE 754, four bytes.</summary>
    Single,

    /// <summary>IEEE 754, eight bytes.</summary>
    Double,

    /// <summary>A decimal number of any size: see <see cref="NumericForm"/>.</summary>
    Numeric,
    Bytes,

    /// <summary>Sixteen bytes, in the order in which they are written as text (RFC 9562).</summary>
    Uuid,

    /// <summary>Days since 2000-01-01 as Int32; the least and the greatest number are minus and plus infinity.</summary>
    Date,

    /// <summary>Microseconds since midnight as Int64.</summary>
    Time,

    /// <summary>Date and time of no zone: microseconds since 2000-01-01 as Int64; the least and the greatest number are minus and plus infinity.</summary>
    Timestamp,

    /// <summary>A moment: as Timestamp, in UTC.</summary>
    TimestampTz,

    /// <summary>As Time, in units of 100 nanoseconds.</summary>
    FineTime,

    /// <summary>As Timestamp, in units of 100 nanoseconds.</summary>
    FineTimestamp,

    /// <summary>A moment in units of 100 nanoseconds since 2000-01-01 in UTC as Int64, and how many minutes the local time is ahead of UTC as Int16.</summary>
    OffsetTimestamp,

    /// <summary>A value that brings its own type, as SQLite's do: one byte, i r t or b, and then an Int64, a Double, Text or Bytes.</summary>
    Dynamic,

    /// <summary>The binary form that PostgreSQL itself gives a type which none of the above is for. It goes only where it came from: into the same type.</summary>
    Native,
}
