// Package schema generates, from a list's declaration, the SQL for everything that a list keeps beside its table (see
// [listing.Table]), and the migrations that bring a database up to date with it.
package schema

import (
	"fmt"
	"slices"
	"strings"

	"muster/libs/listing"
)

// column is a column of the listed table, and how the list uses it.
type column struct {
	name   string
	kind   listing.Kind
	null   bool
	logged bool // filters use it, so it is in the delta log
	rollup listing.Rollup
}

// listed is a list and its table, with the data that the statements need.
type listed struct {
	list    *listing.List
	table   string
	only    func(row string) string // condition that the named row is in the list; nil when all rows are
	columns []column
}

// SQL returns the statements that rebuild everything beside the table from the declaration of its list, as described at
// [listing.Table], and count the rows. They first add missing columns of the table if these may be null. They are
// idempotent.
//
// Writers of the table wait until it commits: it scans the whole table once, which takes one or two seconds per million
// rows. Reads of the total wait as long. Everything else continues. If the definition of search_text changes, it is
// recomputed for every row, which takes one to two minutes per million rows, and readers wait too. A new
// [listing.Field.Apart] table or a new order of names builds a new index: some seconds per million rows.
func SQL(list *listing.List, table listing.Table) string {
	l := read(list, table)
	var s script
	s.addf("LOCK TABLE %s IN SHARE ROW EXCLUSIVE MODE;", l.table)
	l.missing(&s)
	l.search(&s)
	l.names(&s)
	l.apart(&s)
	l.delta(&s)
	l.rollup(&s)
	s.addf("SELECT %s_rollup_rebuild();", l.table)
	return s.String()
}

func read(list *listing.List, table listing.Table) listed {
	l := listed{list: list, table: table.Name}
	row := table.Alias
	if row == "" {
		row = table.Name
	}
	if table.Only != "" {
		if !strings.Contains(table.Only, row+".") {
			panic(fmt.Sprintf("schema: Only of %s must name the row: %s.…", table.Name, row))
		}
		l.only = func(name string) string { return "(" + strings.ReplaceAll(table.Only, row+".", name) + ")" }
	}
	for _, f := range list.Fields() {
		name := plain(f)
		i := slices.IndexFunc(l.columns, func(c column) bool { return c.name == name })
		if i < 0 {
			i = len(l.columns)
			l.columns = append(l.columns, column{name: name, kind: f.Kind, null: f.Nullable})
		}
		c := &l.columns[i]
		c.logged = c.logged || (f.Filterable || f.Searched) && f.Kind != listing.JSON
		c.rollup = max(c.rollup, f.Rollup)
	}
	return l
}

// plain returns the name of a field's column without its qualifier.
func plain(f listing.Field) string { return f.Column[strings.LastIndex(f.Column, ".")+1:] }

// of returns the names of the columns that use selects, each with prefix.
func (l listed) of(prefix string, use func(column) bool) string {
	var names []string
	for _, c := range l.columns {
		if use(c) {
			names = append(names, prefix+c.name)
		}
	}
	return wrapped(names)
}

func logged(c column) bool   { return c.logged }
func inRollup(c column) bool { return c.rollup != listing.NotInRollup }

// where returns the WHERE clause that selects the rows of the list.
func (l listed) where() string {
	if l.only == nil {
		return ""
	}
	return " WHERE " + l.only("")
}

// types are the SQL types of new columns.
var types = map[listing.Kind]string{
	listing.Text: "text", listing.Code: "text", listing.Bool: "boolean", listing.Integer: "bigint", listing.Decimal: "numeric",
	listing.Date: "timestamptz", listing.JSON: "jsonb",
}

// missing adds missing columns that may be null. Anything else that a column needs is written by hand.
func (l listed) missing(s *script) {
	var columns []string
	for _, c := range l.columns {
		if c.null {
			columns = append(columns, "('"+c.name+"', '"+types[c.kind]+"')")
		}
	}
	if columns == nil {
		return
	}
	s.addf(`DO $do$
DECLARE c record;
BEGIN
    FOR c IN SELECT * FROM (VALUES %[2]s) AS nullable (name, type)
        WHERE NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = '%[1]s'::regclass AND attname = nullable.name AND NOT attisdropped)
    LOOP
        EXECUTE format('ALTER TABLE %[1]s ADD %%I %%s', c.name, c.type);
    END LOOP;
END
$do$;`, l.table, wrapped(columns))
}

// search creates the search column and its index. Separators inside a field's text are removed.
func (l listed) search(s *script) {
	if l.list.SearchColumn() == "" {
		return
	}
	fields := l.list.InSearch()
	separator := func(i int) string { return fmt.Sprintf(`\x%02x`, i+1) }
	all := ""
	for i := range len(fields) + 1 {
		all += separator(i)
	}
	var text strings.Builder
	for i, f := range fields {
		name := plain(f)
		fmt.Fprintf(&text, "E'%s' || translate(coalesce(%s, ''), E'%s', '')\n        || ", separator(i), name, all)
	}
	expression := listing.SearchKey("(" + text.String() + "E'" + separator(len(fields)) + "')")
	s.unless("COLUMN "+l.table+".search_text", "(SELECT col_description(attrelid, attnum) FROM pg_attribute\n        WHERE attrelid = '"+
		l.table+"'::regclass AND attname = 'search_text' AND NOT attisdropped)", expression,
		`ALTER TABLE `+l.table+` DROP COLUMN IF EXISTS search_text, ADD search_text text COLLATE "und-x-icu" NOT NULL GENERATED ALWAYS AS (%s) STORED`,
		// The sample must be large enough to distinguish a name that 1% of the users have from a mail provider that a
		// third have.
		"ALTER TABLE "+l.table+" ALTER search_text SET STATISTICS 300",
		"CREATE INDEX "+l.table+"_search ON "+l.table+" USING gin (search_text gin_trgm_ops)"+l.where())
}

// names creates indexes on names of codes that sort differently from the codes.
func (l listed) names(s *script) {
	for _, f := range l.list.Fields() {
		if f.Names == nil || !f.Sortable || f.NameKey() == f.Column {
			continue
		}
		code := plain(f)
		key := strings.ReplaceAll(f.NameKey(), f.Column, code)
		for _, direction := range []string{"", " DESC"} {
			name := l.table + "_by_name_of_" + code + strings.ToLower(strings.ReplaceAll(direction, " ", "_"))
			s.unless("INDEX "+name, "obj_description(to_regclass('"+name+"'))", key,
				"DROP INDEX IF EXISTS "+name,
				"CREATE INDEX "+name+" ON "+l.table+" (%s"+direction+", "+l.id()+")"+l.where())
		}
	}
}

func (l listed) id() string {
	for _, f := range l.list.Fields() {
		if f.ID {
			return plain(f)
		}
	}
	panic("schema: the list has no id")
}

// apart creates the tables of [listing.Field.Apart] and the triggers that copy values to them.
func (l listed) apart(s *script) {
	for _, f := range l.list.Fields() {
		if f.Apart == "" {
			continue
		}
		name := plain(f)
		s.addf(`DO $do$
BEGIN
    IF to_regclass('%[1]s') IS NULL THEN
        CREATE TABLE %[1]s WITH (autovacuum_vacuum_scale_factor = 0.02) AS SELECT %[2]s AS row_id, %[3]s AS value FROM %[4]s;
        ALTER TABLE %[1]s ADD CONSTRAINT %[1]s_pk PRIMARY KEY (row_id);
        CREATE INDEX %[1]s_asc ON %[1]s (value, row_id);
        CREATE INDEX %[1]s_desc ON %[1]s (value DESC NULLS LAST, row_id);
    END IF;
END
$do$;
CREATE OR REPLACE FUNCTION %[1]s_copy() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO %[1]s (row_id, value) VALUES (NEW.%[2]s, NEW.%[3]s);
    ELSIF TG_OP = 'UPDATE' THEN
        UPDATE %[1]s SET row_id = NEW.%[2]s, value = NEW.%[3]s WHERE row_id = OLD.%[2]s;
    ELSE
        DELETE FROM %[1]s WHERE row_id = OLD.%[2]s;
    END IF;
    RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER %[1]s_copied AFTER INSERT OR DELETE ON %[4]s FOR EACH ROW EXECUTE FUNCTION %[1]s_copy();
CREATE OR REPLACE TRIGGER %[1]s_copied_update AFTER UPDATE ON %[4]s FOR EACH ROW
    WHEN ((OLD.%[2]s, OLD.%[3]s) IS DISTINCT FROM (NEW.%[2]s, NEW.%[3]s)) EXECUTE FUNCTION %[1]s_copy();`,
			f.Apart, l.id(), name, l.table)
	}
}

// delta creates the delta log and the trigger that writes it.
func (l listed) delta(s *script) {
	columns, olds, news := l.of("", logged), l.of("OLD.", logged), l.of("NEW.", logged)
	compareOld, compareNew := olds, news
	if l.list.SearchColumn() != "" {
		columns, olds, news = columns+", search_text", olds+", OLD.search_text", news+", NEW.search_text"
	}
	andWas, andIs := "", ""
	if l.only != nil {
		compareOld, compareNew = l.only("OLD.")+", "+compareOld, l.only("NEW.")+", "+compareNew
		andWas, andIs = " AND "+l.only("OLD."), " AND "+l.only("NEW.")
	}
	s.addf(`DROP TABLE IF EXISTS %[1]s_delta;
CREATE TABLE %[1]s_delta WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_analyze_threshold = 100000)
    AS SELECT 0::smallint AS sign, %[2]s FROM %[1]s WITH NO DATA;
CREATE OR REPLACE FUNCTION %[1]s_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT'%[3]s THEN
        INSERT INTO %[1]s_delta (sign, %[2]s)
        VALUES (-1, %[4]s);
    END IF;
    IF TG_OP <> 'DELETE'%[5]s THEN
        INSERT INTO %[1]s_delta (sign, %[2]s)
        VALUES (1, %[6]s);
    END IF;
    RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER %[1]s_logged AFTER INSERT OR DELETE ON %[1]s FOR EACH ROW EXECUTE FUNCTION %[1]s_log();
CREATE OR REPLACE TRIGGER %[1]s_logged_update AFTER UPDATE ON %[1]s FOR EACH ROW
    WHEN ((%[7]s)
        IS DISTINCT FROM (%[8]s))
    EXECUTE FUNCTION %[1]s_log();`, l.table, columns, andWas, olds, andIs, news, compareOld, compareNew)
}

// someValue represents, by kind, all values that are not null in the rollup.
var someValue = map[listing.Kind]string{
	listing.Text: "''", listing.Code: "''", listing.Bool: "false", listing.Integer: "0", listing.Decimal: "0", listing.Date: "to_timestamp(0)",
}

// rollup creates the rollup, the table of kept counts, and the functions that write them.
func (l listed) rollup(s *script) {
	columns := l.of("", inRollup)
	var values, group []string
	for _, c := range l.columns {
		if !inRollup(c) {
			continue
		}
		value := c.name
		if c.rollup == listing.ByNull {
			value = "CASE WHEN " + c.name + " IS NOT NULL THEN " + someValue[c.kind] + " END"
		}
		values = append(values, value)
		group = append(group, fmt.Sprint(len(values)))
	}
	copies := ""
	for _, f := range l.list.Fields() {
		if f.Apart == "" {
			continue
		}
		name := plain(f)
		copies += fmt.Sprintf(`
    DELETE FROM %[1]s a WHERE NOT EXISTS (SELECT FROM %[4]s WHERE %[2]s = a.row_id);
    INSERT INTO %[1]s AS a (row_id, value) SELECT %[2]s, %[3]s FROM %[4]s
    ON CONFLICT (row_id) DO UPDATE SET value = excluded.value WHERE a.value IS DISTINCT FROM excluded.value;`, f.Apart, l.id(), name, l.table)
	}
	s.addf(`DROP TABLE IF EXISTS %[1]s_rollup;
CREATE TABLE %[1]s_rollup WITH (fillfactor = 50) AS SELECT %[2]s, 0::bigint AS n FROM %[1]s WITH NO DATA;
ALTER TABLE %[1]s_rollup ALTER n SET NOT NULL, ADD CONSTRAINT %[1]s_rollup_key UNIQUE NULLS NOT DISTINCT (%[2]s);
CREATE TABLE IF NOT EXISTS %[1]s_kept (
    key     text        CONSTRAINT %[1]s_kept_pk PRIMARY KEY,
    filter  text        NOT NULL,
    n       bigint,
    used_at timestamptz NOT NULL
) WITH (fillfactor = 50);
-- Whoever calls it removes the rows from the delta log in the same transaction.
CREATE OR REPLACE FUNCTION %[1]s_fold(rows tid[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO %[1]s_rollup (%[2]s, n)
    SELECT %[3]s, sum(sign)
    FROM %[1]s_delta WHERE ctid = ANY (rows) GROUP BY %[4]s HAVING sum(sign) <> 0
    ON CONFLICT ON CONSTRAINT %[1]s_rollup_key DO UPDATE SET n = %[1]s_rollup.n + excluded.n;
    DELETE FROM %[1]s_rollup WHERE n = 0;
$$;
-- Counts anew, and keeps writers out meanwhile: for rows that were loaded without triggers.
CREATE OR REPLACE FUNCTION %[1]s_rollup_rebuild() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock('%[1]s_rollup'::regclass::bigint);
    LOCK TABLE %[1]s IN SHARE MODE;%[6]s
    DELETE FROM %[1]s_kept;
    DELETE FROM %[1]s_rollup;
    DELETE FROM %[1]s_delta;
    INSERT INTO %[1]s_rollup (%[2]s, n)
    SELECT %[3]s, count(*)
    FROM %[1]s%[5]s GROUP BY %[4]s;
END
$$;`, l.table, columns, wrapped(values), strings.Join(group, ", "), l.where(), copies)
}

// script collects statements.
type script struct{ strings.Builder }

func (s *script) addf(format string, args ...any) { fmt.Fprintf(s, format+"\n", args...) }

// unless wraps statements so that they run only if object is missing or was made from another text. The object's
// comment stores the text. In the statements, %s stands for the text.
func (s *script) unless(object, comment, text string, statements ...string) {
	s.addf("DO $do$\nDECLARE made_from text := $text$%s$text$;\nBEGIN\n    IF %s IS DISTINCT FROM made_from THEN", text, comment)
	for _, statement := range statements {
		if strings.Contains(statement, "%s") {
			statement = "EXECUTE format($sql$" + statement + "$sql$, made_from)"
		}
		s.addf("        %s;", statement)
	}
	s.addf("        EXECUTE format('COMMENT ON %s IS %%L', made_from);\n    END IF;\nEND\n$do$;", object)
}

// wrapped joins names with commas, eight on a line.
func wrapped(names []string) string {
	var text strings.Builder
	for i, name := range names {
		switch {
		case i == 0:
		case i%8 == 0:
			text.WriteString(",\n        ")
		default:
			text.WriteString(", ")
		}
		text.WriteString(name)
	}
	return text.String()
}
