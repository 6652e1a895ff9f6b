namespace PSMigrate.Databases.Servers.Running;

/// <summary>What a statement does to a database, as far as its words tell. Names are as the dialect folds them; the schema is null where none is written.</summary>
internal abstract record StatementEffect
{
    /// <summary>It only reads, or sets something on the session.</summary>
    public sealed record Nothing : StatementEffect;

    /// <summary>It changes where unqualified names are looked for.</summary>
    public sealed record MovesSearchPath : StatementEffect;

    /// <summary>It makes something that cannot have been there before, and nothing else.</summary>
    public sealed record Creates(string Kind, string? Schema, string Name, RelationName? OnTable) : StatementEffect
    {
        /// <summary>Rows come with it.</summary>
        public bool HasRows { get; init; }
    }

    /// <summary>It writes rows.</summary>
    public sealed record Writes(RelationName Table, IReadOnlyList<string> Kinds) : StatementEffect
    {
        /// <summary>The columns that an update sets, where they can be told.</summary>
        public IReadOnlyList<string> Columns { get; init; } = [];

        /// <summary>Rows go that no trigger sees: TRUNCATE, REPLACE, and the like.</summary>
        public bool Unseen { get; init; }

        /// <summary>It returns the rows that it writes: RETURNING, OUTPUT.</summary>
        public bool ReturnsRows { get; init; }

        /// <summary>Rows come that no trigger sees: a partition that is exchanged.</summary>
        public bool AddsUnseen { get; init; }

        /// <summary>The rows of all tables that refer to it go as well: TRUNCATE … CASCADE.</summary>
        public bool AlsoReferring { get; init; }
    }

    /// <summary>It changes or drops tables, views and sequences that it names, and what hangs on them.</summary>
    public sealed record Changes(IReadOnlyList<RelationName> Relations) : StatementEffect
    {
        /// <summary>Tables that go with their rows.</summary>
        public IReadOnlyList<RelationName> DroppedTables { get; init; } = [];

        /// <summary>Columns that go or change their type, with their tables.</summary>
        public IReadOnlyList<(RelationName Table, string Column)> LostColumns { get; init; } = [];

        /// <summary>Tables that are made anew in the place of those that were called so.</summary>
        public IReadOnlyList<RelationName> Replaced { get; init; } = [];

        /// <summary>Tables in which all values are written in another form.</summary>
        public IReadOnlyList<RelationName> Rewritten { get; init; } = [];

        /// <summary>What a table gets as its new name.</summary>
        public IReadOnlyList<RelationName> NewNames { get; init; } = [];

        /// <summary>Tables that are renamed, each with its new name.</summary>
        public IReadOnlyList<(RelationName From, RelationName To)> Renames { get; init; } = [];

        /// <summary>Columns that are renamed, by their table's new name.</summary>
        public IReadOnlyList<(RelationName Table, string From, string To)> ColumnRenames { get; init; } = [];
    }

    /// <summary>It changes something that nothing here can capture.</summary>
    public sealed record Untold(string What, string Why) : StatementEffect;

    /// <summary>It may do anything.</summary>
    public sealed record Anything : StatementEffect
    {
        /// <summary>True where it changes no relation that is there, such as CREATE FUNCTION or GRANT: rows are safe.</summary>
        public bool LeavesRowsAlone { get; init; }
    }
}

/// <param name="Schema">Null where none is written.</param>
internal sealed record RelationName(string? Schema, string Name)
{
    public override string ToString() => Schema is null ? Name : $"{Schema}.{Name}";
}
