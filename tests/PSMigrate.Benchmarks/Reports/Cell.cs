using System.Globalization;

namespace PSMigrate.Benchmarks.Reports;

/// <summary>How numbers are written in the tables.</summary>
internal static class Cell
{
    /// <summary>Milliseconds, with one digit after the point below a hundred.</summary>
    public static string Milliseconds(double value) =>
        value.ToString(Math.Abs(value) < 100 ? "0.0" : "#,0", CultureInfo.InvariantCulture);

    /// <summary>A small number.</summary>
    public static string Number(double value) => value.ToString("#,0.00", CultureInfo.InvariantCulture);

    /// <summary>How many times as long.</summary>
    public static string Ratio(double value) => value.ToString("0.00", CultureInfo.InvariantCulture) + "×";
}
