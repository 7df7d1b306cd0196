package benchdata

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// dropIndexes drops the indexes of a table that belong to no constraint, and returns the statements that create them
// again.
func dropIndexes(ctx context.Context, conn *pgx.Conn, table string) (definitions []string, err error) {
	rows, err := conn.Query(ctx, `SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
		WHERE indrelid = $1::regclass AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
		ORDER BY indexrelid`, table)
	if err != nil {
		return nil, err
	}
	type index struct{ Name, Definition string }
	indexes, err := pgx.CollectRows(rows, pgx.RowToStructByPos[index])
	if err != nil {
		return nil, err
	}
	for _, i := range indexes {
		if _, err := conn.Exec(ctx, "DROP INDEX "+i.Name); err != nil {
			return nil, err
		}
		definitions = append(definitions, i.Definition)
	}
	return definitions, nil
}

// advanceIDs advances the sequence of a table's identity column, if it has one, beyond the copied ids.
func advanceIDs(ctx context.Context, conn *pgx.Conn, table string) error {
	column, err := texts(ctx, conn, `SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = $1::regclass AND attidentity <> ''`, table)
	if err != nil || len(column) == 0 {
		return err
	}
	_, err = conn.Exec(ctx, fmt.Sprintf(`SELECT setval(pg_get_serial_sequence('%[1]s', '%[2]s'), max(%[2]s)) FROM %[1]s HAVING max(%[2]s) IS NOT NULL`, table, column[0]))
	return err
}

// settle brings the database into the state of one that has been in use for long: what is kept instead of counted is counted, statistics
// are collected, and no index has pending work.
func settle(ctx context.Context, conn *pgx.Conn) error {
	rebuilds, err := texts(ctx, conn, `SELECT CASE prokind WHEN 'p' THEN 'CALL ' ELSE 'SELECT ' END || oid::regprocedure FROM pg_proc
		WHERE pronamespace = current_schema()::regnamespace AND proname LIKE '%\_rebuild' AND pronargs = 0 ORDER BY oid`)
	if err != nil {
		return err
	}
	for _, statement := range append(rebuilds, "VACUUM (ANALYZE)", "CHECKPOINT") {
		if _, err := conn.Exec(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	return nil
}

// texts returns the rows of a query for one text column.
func texts(ctx context.Context, conn *pgx.Conn, query string, args ...any) ([]string, error) {
	rows, err := conn.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}
