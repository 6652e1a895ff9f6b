using PSMigrate.Databases.Data;

namespace PSMigrate.Databases.Sqlite;

/// <summary>Tables of SQLite have their keys and foreign keys in their definition; an INTEGER PRIMARY KEY is the row's own number.</summary>
internal sealed class SqliteTableText() : TableText(SqliteName.Quote)
{
    public override bool MakesForeignKeysWithTable => true;

    protected override string Identity => "";

    protected override bool IsKeyInColumn(TableDesign table) => table.Key.Count == 1 && table.Columns.First(c => c.Name == table.Key[0]).Type == "INTEGER";

    protected override string Column(ColumnDesign column, TableDesign table) => IsKeyInColumn(table) && column.Name == table.Key[0]
        ? $"{SqliteName.Quote(column.Name)} INTEGER PRIMARY KEY"
        : base.Column(column, table);
}
