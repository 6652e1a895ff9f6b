using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Tests.SqlServer;

/// <summary>Objects of every kind with every facet, by hand: what no server at hand can make is at least written and parsed.</summary>
internal static class EveryKind
{
    /// <summary>A database with everything that SQL Server 2016 has.</summary>
    public static DbStructure Of2016 { get; } = new([.. Basic(), .. Stored(), .. Rest()]);

    /// <summary>What came with 2017 to 2022, each in a structure of its own with the version that first reads it.</summary>
    public static IEnumerable<(int Version, DbStructure Structure)> Later()
    {
        var columns = new[] { Column("table dbo.n", "id", 1, ("type", "int"), ("nullable", "no")) };
        yield return (140, new DbStructure([Table("n", ("kind", "node")), .. columns]));
        yield return (140, new DbStructure([Table("e", ("kind", "edge"))]));
        yield return (140, new DbStructure([Part("system versioning", "table dbo.t", "SYSTEM_VERSIONING", ("history table", "[dbo].[h]"), ("retention", "6 MONTHS"))]));
        yield return (150, new DbStructure([Part("edge constraint", "table dbo.e", "ec", ("expression", "[dbo].[n] TO [dbo].[m]"), ("on delete", "CASCADE"))]));
        yield return (150, new DbStructure([Part("index", "table dbo.n", "ix", ["id"], ("method", "NONCLUSTERED"), ("optimize for sequential key", "yes"))]));
        yield return (150, new DbStructure([One("column master key", "", "cmk", ("options", "KEY_STORE_PROVIDER_NAME = N'x', KEY_PATH = N'y', ENCLAVE_COMPUTATIONS (SIGNATURE = 0x01)"))]));
        yield return (150, new DbStructure([One("external data source", "", "eds", ("options", "LOCATION = 'sqlserver://x', CONNECTION_OPTIONS = 'y', PUSHDOWN = ON"))]));
        yield return (160, new DbStructure([Part("index", "table dbo.n", "ix", ["id"], ("method", "CLUSTERED"), ("xml compression", "ON"))]));
        yield return (160, new DbStructure([Part("index", "table dbo.n", "ix", [], ("method", "CLUSTERED COLUMNSTORE"), ("order", "[id]"))]));
        yield return (160, new DbStructure(
        [
            Table("l", ("kind", "updatable ledger"), ("history table", "[dbo].[lh]"), ("ledger view", "[dbo].[lv]")),
            Column("table dbo.l", "id", 1, ("type", "int"), ("nullable", "no")),
            Column("table dbo.l", "s", 2, ("type", "bigint"), ("nullable", "no"), ("written by engine", "TRANSACTION_ID START"), ("hidden", "yes")),
            Column("table dbo.l", "e", 3, ("type", "bigint"), ("written by engine", "TRANSACTION_ID END"), ("hidden", "yes")),
            Part("primary key", "table dbo.l", "pk_l", ["id"], ("method", "CLUSTERED")),
        ]));
        yield return (160, new DbStructure([Table("a", ("kind", "append-only ledger")), Column("table dbo.a", "id", 1, ("type", "int"))]));
    }

    public static DbObject One(string kind, string schema, string name, params (string Name, string Value)[] facets) =>
        new() { Kind = kind, Schema = schema, Name = name, Facets = Facets(facets) };

    public static DbObject Table(string name, params (string Name, string Value)[] facets) => One("table", "dbo", name, facets);

    public static DbObject Part(string kind, string parent, string name, params (string Name, string Value)[] facets) => Part(kind, parent, name, [], facets);

    public static DbObject Part(string kind, string parent, string name, string[] columns, params (string Name, string Value)[] facets) =>
        new() { Kind = kind, Schema = "dbo", Name = name, Parent = parent, Columns = columns, Facets = Facets(facets) };

    public static DbObject Column(string parent, string name, int position, params (string Name, string Value)[] facets) =>
        new() { Kind = "column", Schema = "dbo", Name = name, Parent = parent, Position = position, Facets = Facets(facets) };

    private static SortedDictionary<string, string> Facets((string Name, string Value)[] facets) =>
        new(facets.ToDictionary(f => f.Name, f => f.Value, StringComparer.Ordinal), StringComparer.Ordinal);

    private static IEnumerable<DbObject> Basic()
    {
        (string, string)[] extras = [("comment", "It's a table"), ("property [other]", "42"), ("permissions", "GRANT SELECT TO [r]\nDENY DELETE TO [u] AS [x]\nGRANT VIEW CHANGE TRACKING TO [o]]d] WITH GRANT OPTION")];
        yield return One("schema", "", "dbo", ("owner", "dbo"), ("permissions", "GRANT EXECUTE TO [r]"));
        yield return One("schema", "", "odd ]name", ("owner", "u"), ("comment", "x"));
        yield return One("user", "", "u", ("login", "FOR LOGIN [l]"), ("default schema", "dbo"), ("roles", "[db_datareader]\n[r]"), ("database permissions", "GRANT CONNECT\nGRANT VIEW DEFINITION WITH GRANT OPTION\nDENY SHOWPLAN"));
        yield return One("user", "", "w", ("login", "WITHOUT LOGIN"), ("permissions", "GRANT IMPERSONATE TO [u]"));
        yield return One("user", "", "e", ("login", "FROM EXTERNAL PROVIDER"));
        yield return One("role", "", "r", ("owner", "u"), ("permissions", "GRANT VIEW DEFINITION TO [u]"));
        yield return Table("t", [.. extras, ("owner", "u"), ("lock escalation", "AUTO"), ("large values out of row", "yes"), ("text in row", "256"), ("data space", "[ps]([id])"), ("compression", "PAGE ON PARTITIONS (1, 3)\nROW ON PARTITIONS (2)"), ("lob data space", "[fg]")]);
        yield return Column("table dbo.t", "id", 1, ("type", "int"), ("nullable", "no"), ("identity", "IDENTITY(1,1)"), ("not for replication", "yes"), ("comment", "c"), ("permissions", "GRANT SELECT TO [r]\nREVOKE UPDATE FROM [r]"));
        yield return Column("table dbo.t", "name", 2, ("type", "nvarchar(50)"), ("collation", "Latin1_General_CI_AS"), ("nullable", "no"), ("default", "(N'it''s')"), ("default name", "DF_t"), ("masked", "partial(1,\"xxx\",0)"), ("property CONSTRAINT [DF_t] [MS_Description]", "N'd'"));
        yield return Column("table dbo.t", "guid", 3, ("type", "uniqueidentifier"), ("rowguidcol", "yes"), ("nullable", "no"), ("default", "(newid())"), ("default name", "DF_g"));
        yield return Column("table dbo.t", "sum", 4, ("type", "int"), ("generated", "([id]+(1))"), ("persisted", "yes"), ("nullable", "no"));
        yield return Column("table dbo.t", "twice", 5, ("type", "int"), ("generated", "([id]*(2))"));
        yield return Column("table dbo.t", "thin", 6, ("type", "int"), ("sparse", "yes"));
        yield return Column("table dbo.t", "set", 7, ("type", "xml"), ("column set", "yes"));
        yield return Column("table dbo.t", "v", 8, ("type", "timestamp"), ("nullable", "no"), ("written by engine", "rowversion"));
        yield return Column("table dbo.t", "secret", 9, ("type", "varchar(11)"), ("collation", "Latin1_General_BIN2"), ("encrypted", "COLUMN_ENCRYPTION_KEY = [k], ENCRYPTION_TYPE = DETERMINISTIC, ALGORITHM = 'AEAD_AES_256_CBC_HMAC_SHA_256'"));
        yield return Column("table dbo.t", "doc", 10, ("type", "xml(CONTENT [dbo].[xc])"));
        yield return Column("table dbo.t", "f", 11, ("type", "varbinary(max)"), ("filestream", "yes"));
        yield return Column("table dbo.t", "old", 12, ("type", "[dbo].[money2]"), ("bound default", "[dbo].[d]"), ("bound rule", "[dbo].[r1]"));
        yield return Column("table dbo.t", "from", 13, ("type", "datetime2(7)"), ("nullable", "no"), ("written by engine", "ROW START"), ("hidden", "yes"));
        yield return Column("table dbo.t", "to", 14, ("type", "datetime2(7)"), ("nullable", "no"), ("written by engine", "ROW END"), ("hidden", "yes"));
        yield return Part("primary key", "table dbo.t", "pk", ["id", "name"], ("method", "CLUSTERED"), ("descending", "[name]"), ("fill factor", "80"), ("padded", "yes"), ("ignore duplicate keys", "yes"), ("row locks", "no"), ("data space", "[ps]([id])"), ("comment", "k"));
        yield return Part("unique key", "table dbo.t", "uq", ["name"], ("method", "NONCLUSTERED"), ("disabled", "yes"), ("statistics norecompute", "yes"));
        yield return new DbObject { Kind = "foreign key", Schema = "dbo", Name = "fk", Parent = "table dbo.t", Columns = ["id", "name"], RefersTo = "table odd ]name.o", ReferredColumns = ["a", "b"], Facets = Facets([("on delete", "SET NULL"), ("on update", "CASCADE"), ("not for replication", "yes"), ("disabled", "yes")]) };
        yield return Part("check", "table dbo.t", "ck", ("expression", "([id]>(0))"), ("trusted", "no"));
        yield return Part("period", "table dbo.t", "SYSTEM_TIME", ["from", "to"]);
        yield return Part("system versioning", "table dbo.t", "SYSTEM_VERSIONING", ["id"], ("history table", "[dbo].[h]"));
        yield return Part("change tracking", "table dbo.t", "CHANGE_TRACKING", ("value", "TRACK_COLUMNS_UPDATED = ON"));
        yield return Table("h", ("kind", "history"));
        yield return Column("table dbo.h", "id", 1, ("type", "int"), ("nullable", "no"));
        yield return Table("m", ("kind", "memory-optimized"), ("durability", "SCHEMA_AND_DATA"));
        yield return Column("table dbo.m", "id", 1, ("type", "int"), ("nullable", "no"));
        yield return Part("primary key", "table dbo.m", "pk_m", ["id"], ("method", "NONCLUSTERED HASH"), ("bucket count", "1024"), ("memory-optimized", "yes"));
        yield return Part("index", "table dbo.m", "ix_m", ["id"], ("method", "NONCLUSTERED"), ("memory-optimized", "yes"), ("unique", "yes"));
    }

    private static IEnumerable<DbObject> Stored()
    {
        yield return Part("index", "table dbo.t", "ix", ["name", "id"], ("method", "NONCLUSTERED"), ("unique", "yes"), ("descending", "[id]"), ("included", "[guid], [thin]"), ("filter", "([id]>(5))"), ("page locks", "no"), ("compression", "PAGE"), ("data space", "[fg]"), ("permissions", "GRANT SELECT TO [r]"));
        yield return Part("index", "table dbo.t", "cci", ("method", "CLUSTERED COLUMNSTORE"), ("compression", "COLUMNSTORE_ARCHIVE"), ("compression delay", "10"));
        yield return Part("index", "table dbo.t", "ncci", ["id"], ("method", "NONCLUSTERED COLUMNSTORE"), ("filter", "([id]>(5))"), ("compression delay", "10"));
        yield return Part("index", "table dbo.t", "xp", ["doc"], ("method", "XML"));
        yield return Part("index", "table dbo.t", "xs", ["doc"], ("method", "XML"), ("primary xml index", "[xp] FOR PATH"));
        yield return Part("index", "table dbo.t", "sp", ["g"], ("method", "SPATIAL"), ("grid", "USING GEOMETRY_GRID WITH (BOUNDING_BOX = (0, 0, 500.5, 200), GRIDS = (LEVEL_1 = LOW, LEVEL_2 = LOW, LEVEL_3 = HIGH, LEVEL_4 = LOW), CELLS_PER_OBJECT = 16)"), ("fill factor", "80"));
        yield return Part("index", "table dbo.t", "sa", ["g"], ("method", "SPATIAL"), ("grid", "USING GEOGRAPHY_AUTO_GRID WITH (CELLS_PER_OBJECT = 16)"));
        yield return Part("index", "view dbo.v", "iv", ["id"], ("method", "CLUSTERED"), ("unique", "yes"));
        yield return Part("statistics", "table dbo.t", "st", ["id", "name"], ("filter", "([id]>(5))"), ("statistics norecompute", "yes"), ("incremental", "yes"));
        yield return Part("full-text index", "table dbo.t", "FULLTEXT", ("indexed columns", "[name] LANGUAGE 1033 STATISTICAL_SEMANTICS, [f] TYPE COLUMN [name] LANGUAGE 1033"), ("key index", "[pk]"), ("catalog", "[fc]"), ("change tracking", "AUTO"), ("stoplist", "[sl]"), ("disabled", "yes"));
        yield return One("full-text catalog", "", "fc", ("options", "WITH ACCENT_SENSITIVITY = ON AS DEFAULT"), ("owner", "u"), ("permissions", "GRANT REFERENCES TO [u]"));
        yield return One("full-text stoplist", "", "sl", ("words", "N'foo' LANGUAGE 1033\nN'bar' LANGUAGE 1031"), ("owner", "u"));
        yield return One("partition function", "", "pf", ("type", "datetime2(7)"), ("range", "RIGHT"), ("values", "N'2020-01-01T00:00:00'\nN'2021-01-01T00:00:00'"), ("schemes", "[ps]: [fg], [PRIMARY], [fg]"), ("comment", "x"));
        yield return One("partition scheme", "", "ps", ("function", "[pf]"), ("file groups", "[fg], [PRIMARY], [fg]"), ("comment", "x"));
        yield return One("view", "dbo", "v", ("text", "-- first\nCREATE VIEW [dbo].[v] WITH SCHEMABINDING AS SELECT id FROM dbo.t"), ("schema bound", "yes"), ("permissions of [id]", "GRANT SELECT TO [r]"), ("property COLUMN [id] [MS_Description]", "N'i'"), ("owner", "u"));
        yield return One("procedure", "dbo", "p", ("text", "/* a /* b */ */ create proc p @a dbo.tt READONLY as select 1"), ("ansi nulls", "no"), ("quoted identifier", "no"), ("comment", "p"), ("permissions", "GRANT EXECUTE TO [r]"));
        yield return One("function", "dbo", "fn", ("text", "CREATE FUNCTION fn (@a int) RETURNS int AS BEGIN RETURN @a END"), ("returns", "scalar"));
        yield return Part("trigger", "table dbo.t", "tr", ("text", "CREATE TRIGGER dbo.tr ON dbo.t AFTER INSERT, UPDATE AS SET NOCOUNT ON"), ("disabled", "yes"), ("fires", "FIRST INSERT\nLAST UPDATE"), ("comment", "t"));
        yield return One("database trigger", "", "dt", ("text", "CREATE TRIGGER dt ON DATABASE FOR CREATE_TABLE AS SET NOCOUNT ON"), ("disabled", "yes"), ("fires", "FIRST CREATE_TABLE"), ("comment", "t"));
    }

    private static IEnumerable<DbObject> Rest()
    {
        yield return One("default", "dbo", "d", ("text", "CREATE DEFAULT dbo.d AS 0"));
        yield return One("rule", "dbo", "r1", ("text", "CREATE RULE dbo.r1 AS @v > 0"));
        yield return One("sequence", "dbo", "sq", ("type", "bigint"), ("start", "1"), ("increment", "-1"), ("minimum", "-100"), ("maximum", "100"), ("cycle", "yes"), ("cache", "20"), ("comment", "s"), ("permissions", "GRANT UPDATE TO [r]"));
        yield return One("sequence", "dbo", "sr", ("type", "decimal(10,0)"), ("start", "1"), ("increment", "1"), ("minimum", "1"), ("maximum", "100"), ("cache", "no"));
        yield return One("synonym", "dbo", "sy", ("for", "[other].[dbo].[t]"), ("comment", "s"));
        yield return One("type", "dbo", "money2", ("type", "decimal(18,4)"), ("nullable", "no"), ("bound default", "[dbo].[d]"), ("bound rule", "[dbo].[r1]"), ("permissions", "GRANT EXECUTE TO [r]"), ("owner", "u"));
        yield return One("type", "dbo", "clr", ("external", "[asm].[Some.Class]"));
        yield return One("table type", "dbo", "tt", ("body", "    [id] int NOT NULL IDENTITY(1,1),\n    [b] AS ([id]+(1)) PERSISTED NOT NULL,\n    PRIMARY KEY CLUSTERED ([id]),\n    UNIQUE NONCLUSTERED ([b]),\n    CHECK ([id]>(1))"), ("permissions", "GRANT CONTROL TO [r]"), ("comment", "x"));
        yield return One("table type", "dbo", "tm", ("body", "    [id] int NOT NULL,\n    INDEX [i] NONCLUSTERED HASH ([id]) WITH (BUCKET_COUNT = 8)"), ("memory-optimized", "yes"));
        yield return One("xml schema collection", "dbo", "xc", ("body", "<xsd:schema xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\"/>"), ("permissions", "GRANT EXECUTE TO [r]"), ("owner", "u"));
        yield return One("security policy", "dbo", "pol", ("predicates", "ADD FILTER PREDICATE [dbo].[f]([id]) ON [dbo].[t],\nADD BLOCK PREDICATE [dbo].[f]([id]) ON [dbo].[t] AFTER INSERT"), ("state", "ON"));
        yield return One("assembly", "", "asm", ("files", "0x4D5A AS N'asm'\n0x00 AS N'asm.pdb'"), ("permission set", "SAFE"), ("hidden", "yes"), ("owner", "u"), ("comment", "a"));
        yield return One("message type", "", "mt", ("options", "VALIDATION = VALID_XML WITH SCHEMA COLLECTION [dbo].[xc]"), ("owner", "u"), ("permissions", "GRANT REFERENCES TO [r]"));
        yield return One("contract", "", "co", ("body", "[mt] SENT BY ANY, [m2] SENT BY INITIATOR"));
        yield return One("queue", "dbo", "qu", ("options", "STATUS = ON, RETENTION = OFF, ACTIVATION (STATUS = ON, PROCEDURE_NAME = [dbo].[p], MAX_QUEUE_READERS = 2, EXECUTE AS OWNER), POISON_MESSAGE_HANDLING (STATUS = ON)"), ("owner", "u"));
        yield return One("service", "", "se", ("for", "[dbo].[qu]"), ("body", "[co]"), ("permissions", "GRANT SEND TO [r]"));
        yield return One("route", "", "ro", ("options", "SERVICE_NAME = 'x', ADDRESS = 'LOCAL'"));
        yield return One("external data source", "", "es", ("options", "TYPE = RDBMS, LOCATION = 'x', DATABASE_NAME = 'y', CREDENTIAL = [cr]"));
        yield return One("external file format", "", "ef", ("options", "FORMAT_TYPE = DELIMITEDTEXT, FORMAT_OPTIONS (FIELD_TERMINATOR = ',', USE_TYPE_DEFAULT = TRUE), DATA_COMPRESSION = 'org.apache.hadoop.io.compress.GzipCodec'"));
        yield return Table("ext", ("kind", "external"), ("external", "LOCATION = '/x', DATA_SOURCE = [es], FILE_FORMAT = [ef], REJECT_TYPE = VALUE, REJECT_VALUE = 0"));
        yield return Column("table dbo.ext", "id", 1, ("type", "int"), ("nullable", "no"));
        yield return Table("ft", ("kind", "file table"), ("directory", "d'ir"), ("collation", "database_default"));
        yield return One("database scoped credential", "", "cr", ("value", "it's me"));
        yield return One("column master key", "", "mk", ("options", "KEY_STORE_PROVIDER_NAME = N'x', KEY_PATH = N'y'"));
        yield return One("column encryption key", "", "k", ("values", "(COLUMN_MASTER_KEY = [mk], ALGORITHM = 'RSA_OAEP', ENCRYPTED_VALUE = 0x01)"));
        yield return One("database setting", "", "MAXDOP", ("value", "4"), ("value for secondary", "2"));
        yield return One("database setting", "", "LEGACY_CARDINALITY_ESTIMATION", ("value", "1"));
        yield return One("database setting", "", "CHANGE_TRACKING", ("value", "CHANGE_RETENTION = 2 DAYS, AUTO_CLEANUP = ON"));
    }
}
