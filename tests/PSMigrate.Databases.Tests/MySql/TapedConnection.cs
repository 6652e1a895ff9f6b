using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace PSMigrate.Databases.Tests.MySql;

/// <summary>
/// A connection that gives known answers to queries, for servers that cannot be run here. A query is known by how it begins; one that
/// is not known has no rows.
/// </summary>
internal sealed class TapedConnection(IReadOnlyDictionary<string, object[][]> answers) : DbConnection
{
    public List<string> Asked { get; } = [];

    [AllowNull]
    public override string ConnectionString { get; set; } = "";

    public override string Database => "";

    public override string DataSource => "tape";

    public override string ServerVersion => "";

    public override ConnectionState State => ConnectionState.Open;

    public override void ChangeDatabase(string databaseName) => throw new NotSupportedException();

    public override void Close()
    {
    }

    public override void Open()
    {
    }

    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) => throw new NotSupportedException();

    protected override DbCommand CreateDbCommand() => new TapedCommand(this);

    private DataTableReader Play(string sql)
    {
        Asked.Add(sql);
        var tables = sql.Split(";\n").Select(one =>
        {
            var rows = answers.FirstOrDefault(a => one.StartsWith(a.Key, StringComparison.Ordinal)).Value ?? [];
            var table = new DataTable { Locale = System.Globalization.CultureInfo.InvariantCulture };
            foreach (var value in rows.FirstOrDefault() ?? [])
            {
                table.Columns.Add(null, value.GetType());
            }

            foreach (var row in rows)
            {
                table.Rows.Add(row);
            }

            return table;
        });
        return new DataTableReader([.. tables]);
    }

    private sealed class TapedCommand(TapedConnection tape) : DbCommand
    {
        [AllowNull]
        public override string CommandText { get; set; } = "";

        public override int CommandTimeout { get; set; }

        public override CommandType CommandType { get; set; }

        public override bool DesignTimeVisible { get; set; }

        public override UpdateRowSource UpdatedRowSource { get; set; }

        protected override DbConnection? DbConnection { get; set; }

        protected override DbParameterCollection DbParameterCollection { get; } = new MySqlConnector.MySqlCommand().Parameters;

        protected override DbTransaction? DbTransaction { get; set; }

        public override void Cancel()
        {
        }

        public override int ExecuteNonQuery()
        {
            tape.Asked.Add(CommandText);
            return 0;
        }

        public override object? ExecuteScalar()
        {
            using var reader = tape.Play(CommandText);
            return reader.Read() ? reader.GetValue(0) : null;
        }

        public override void Prepare()
        {
        }

        protected override DbParameter CreateDbParameter() => new MySqlConnector.MySqlParameter();

        protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) => tape.Play(CommandText);
    }
}
