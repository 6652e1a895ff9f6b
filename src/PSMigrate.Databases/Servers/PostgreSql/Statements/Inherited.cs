using PSMigrate.Databases.Servers.Structure;
using static PSMigrate.Databases.Servers.PostgreSql.PostgreSqlName;

namespace PSMigrate.Databases.Servers.PostgreSql.Statements;

/// <summary>
/// Statements for what a partition or heir has from another table. PostgreSQL makes and drops such things with those of the other table:
/// when it is their turn, they may be there already under a name of the server's choice, or be unable to go before the other one's.
/// </summary>
internal static class Inherited
{
    public static string CreateIndex(DbObject one, string create) => Do($"""
        SELECT x.relname INTO other FROM pg_catalog.pg_inherits h JOIN pg_catalog.pg_index i ON i.indexrelid = h.inhrelid JOIN pg_catalog.pg_class x ON x.oid = h.inhrelid
            WHERE h.inhparent = to_regclass({Literal(one.Facet("inherited")!)}) AND i.indrelid = {Table(one)};
        IF other IS NULL THEN {create};
        ELSIF other <> {Literal(one.Name)} THEN EXECUTE format('ALTER INDEX %I.%I RENAME TO %I', {Literal(one.Schema)}, other, {Literal(one.Name)});
        END IF;
        """);

    public static string DropIndex(DbObject one) => Do($"""
        IF EXISTS (SELECT FROM pg_catalog.pg_class WHERE oid = to_regclass({Literal(Of(one))}) AND NOT relispartition) THEN DROP INDEX {Of(one)}; END IF;
        """);

    public static string CreateConstraint(DbObject one, string create) => Do($"""
        SELECT k.conname INTO other FROM pg_catalog.pg_constraint k LEFT JOIN pg_catalog.pg_constraint w ON w.oid = k.conparentid
            WHERE k.conrelid = {Table(one)} AND (k.conname = {Literal(one.Name)} OR quote_ident(w.conname) = {Literal(one.Facet("inherited")!)});
        IF other IS NULL THEN {create};
        ELSIF other <> {Literal(one.Name)} THEN EXECUTE format('ALTER TABLE %s RENAME CONSTRAINT %I TO %I', {Table(one)}, other, {Literal(one.Name)});
        END IF;
        """);

    public static string DropConstraint(DbObject one) => Do($"""
        IF EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE conrelid = {Table(one)} AND conname = {Literal(one.Name)} AND coninhcount = 0) THEN ALTER TABLE {Parent(one)} DROP CONSTRAINT {Quote(one.Name)}; END IF;
        """);

    public static string DropColumn(DbObject one) => Do($"""
        IF EXISTS (SELECT FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
            WHERE a.attrelid = {Table(one)} AND a.attname = {Literal(one.Name)} AND NOT a.attisdropped AND a.attinhcount = 0 AND c.reloftype = 0) THEN ALTER TABLE {Parent(one)} DROP COLUMN {Quote(one.Name)}; END IF;
        """);

    private static string Table(DbObject one) => $"{Literal(Parent(one))}::regclass";

    private static string Do(string body) => $"DO {Settings.Dollar($"DECLARE other name;\nBEGIN\n{body}\nEND")}";
}
