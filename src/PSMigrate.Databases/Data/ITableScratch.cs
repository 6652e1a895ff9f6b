namespace PSMigrate.Databases.Data;

/// <summary>A scratch that knows which tables the steps that were looked at before will have made.</summary>
internal interface ITableScratch
{
    /// <summary>True where the table may be there by then, though it is not now: what it is like is not known.</summary>
    bool WillBeThere(string schema, string name);

    /// <summary>The table's rows will be written.</summary>
    void WillBeWritten(string schema, string name);

    /// <summary>The table will be made.</summary>
    void WillBeMade(string schema, string name);
}
