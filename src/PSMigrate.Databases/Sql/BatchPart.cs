namespace PSMigrate.Databases.Sql;

/// <summary>One statement inside a batch.</summary>
/// <param name="Offset">Where it begins in the batch's text, in UTF-16 code units.</param>
/// <param name="Length">Its length, without a semicolon.</param>
/// <param name="Facts">What it does.</param>
public sealed record BatchPart(int Offset, int Length, StatementFacts Facts)
{
    public int End => Offset + Length;
}
