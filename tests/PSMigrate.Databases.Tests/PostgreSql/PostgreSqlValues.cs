namespace PSMigrate.Databases.Tests.PostgreSql;

/// <summary>Rows for the tables of the corpus, with the values at which backups break.</summary>
internal static class PostgreSqlValues
{
    private const string Text = """"
        INSERT INTO sales.customers (name, email, "Big Id", credit, created, born, tags, wait, photo, bits, chars, t, j) VALUES
            ('Ålesund 💡', 'A@b', 105, 12.50, 'infinity', '4713-01-01 BC', ARRAY['a', NULL, '{"x"}', ''], '-3 mons 4 days', '\x00ff0a0d5c', B'101', 'ab', '24:00:00', '{"k": [1.10, null, "\u00e9"]}'),
            (E'tab\tline\nback\\slash \\. \\N', NULL, 110, 0, '-infinity', 'infinity', '{}', NULL, '', NULL, NULL, '00:00:00.123', 'null'),
            ('', '', 115, 9999999999.99, '1999-12-31 23:59:59.999999+14', '0044-03-15 BC', NULL, 'PT0S', NULL, B'000', '', NULL, NULL);
        INSERT INTO sales.orders (customer, placed, amount, note) VALUES (1, '2020-01-01', 10, 'n'), (2, '2020-01-02', 'NaN', NULL), (2, '2020-01-03', 1e-20, '\.');
        INSERT INTO sales.lines VALUES (1, 1, 1, '2020-01-01'), (1, 2, NULL, NULL);
        UPDATE sales.orders SET first_line = 2 WHERE id = 1;
        INSERT INTO sales.rooms VALUES (1, '[2020-01-01, 2020-02-01)'), (1, 'empty');
        INSERT INTO sales.people VALUES (5, 'sad', '{sad,"it''s ok"}', ROW ('Street, "x"', '123', 'happy'), 'abc', '[01:00,02:00)', '{[01:00,02:00), [03:00,04:00)}');
        INSERT INTO sales.measures VALUES (1, '2020-05-05', 5), (2, '2021-05-05', 6), (3, '2022-01-01', 7);
        INSERT INTO sales.parent VALUES (1), (2);
        INSERT INTO sales.child (a, c) VALUES (3, 4);
        INSERT INTO sales.grandchild (a, z) VALUES (5, 6);
        INSERT INTO sales.typed VALUES (1, 'y');
        INSERT INTO sales.uses_numbers (n) VALUES (DEFAULT), (DEFAULT);
        INSERT INTO sales.none_of_these VALUES ('NaN', '-Infinity', 1e-300, '-0', '12.00'::money, 'a & b'::tsquery, 'fat:2 cat:3A'::tsvector, '<a>&amp;</a>', '1.2.3.0/24', '08:00:2b:01:02:03', 'f0e1d2c3-0000-0000-0000-000000000001', '(1,2)', '{1,-1,0}', '<(0,0),3>');
        INSERT INTO public.uses_extensions VALUES ('a => 1, b => NULL', 'MiXed');
        CREATE SCHEMA psmigrate;
        CREATE TABLE psmigrate.history (step text PRIMARY KEY, undo_record text, at timestamptz DEFAULT now());
        INSERT INTO psmigrate.history VALUES ('one', '{"ops": []}');
        CREATE TABLE psmigrate.c_1 (k0 sales.positive, i smallint, c0 sales.mood, id serial);
        INSERT INTO psmigrate.c_1 VALUES (1, 1, 'happy');
        REFRESH MATERIALIZED VIEW sales.sums;
        """";

    public static IEnumerable<string> All(string database) =>
    [
        "CREATE TABLE sales.none_of_these (a float8, b float4, c float8, d float8, e money, f tsquery, g tsvector, h xml, i cidr, j macaddr, k uuid, l point, m line, n circle)",
        $"ALTER DATABASE {database} SET client_min_messages = warning",
        .. Corpus.Statements(Text),
    ];
}
