package db

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"slices"
	"strings"
)

var createTable = regexp.MustCompile(`(?m)^CREATE TABLE (\w+)`)

// Tables lists the tables that both engines have, each after those it refers to.
func Tables() ([]string, error) {
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	var tables []string
	for _, name := range names {
		text, err := migrations.ReadFile(name)
		if err != nil {
			return nil, err
		}
		for _, m := range createTable.FindAllSubmatch(text, -1) {
			tables = append(tables, string(m[1]))
		}
	}
	return tables, nil
}

// Dump writes all rows of a table, of all workspaces: the columns' names in the
// first line, then a row a line, as JSON.
func Dump(tx *Tx, table string, w io.Writer) (rows int64, err error) {
	r, err := tx.q.query(tx.ctx, `SELECT * FROM `+table)
	if err != nil {
		return 0, err
	}
	defer r.Close()
	columns, err := r.Columns()
	if err != nil {
		return 0, err
	}
	out := bufio.NewWriter(w)
	lines := json.NewEncoder(out)
	lines.SetEscapeHTML(false)
	if err := lines.Encode(columns); err != nil {
		return 0, err
	}
	values, places := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		places[i] = &values[i]
	}
	for r.Next() {
		if err := r.Scan(places...); err != nil {
			return rows, err
		}
		for i, v := range values {
			if b, ok := v.([]byte); ok {
				values[i] = string(b)
			}
		}
		if err := lines.Encode(values); err != nil {
			return rows, err
		}
		rows++
	}
	if err := r.Err(); err != nil {
		return rows, err
	}
	return rows, out.Flush()
}

// loadRows bounds the rows of one statement, and loadUnit those of one unit of work.
const (
	loadRows = 100
	loadUnit = 5000
)

// Load fills an empty table with what Dump wrote.
func Load(ctx context.Context, d *DB, table string, r io.Reader) (rows int64, err error) {
	in := bufio.NewReaderSize(r, 1<<20)
	var columns []string
	if err := readLine(in, &columns); err != nil {
		return 0, fmt.Errorf("read the columns of %s: %w", table, err)
	}
	for _, c := range columns {
		if !plainName.MatchString(c) {
			return 0, fmt.Errorf("%q is no column", c)
		}
	}
	for {
		batch, err := readRows(in, loadUnit)
		if err != nil || len(batch) == 0 {
			return rows, err
		}
		if err := d.Update(ctx, func(tx *Tx) error { return insertRows(tx, table, columns, batch) }); err != nil {
			return rows, fmt.Errorf("fill %s: %w", table, err)
		}
		rows += int64(len(batch))
	}
}

var plainName = regexp.MustCompile(`^[a-z_]+$`)

func readLine(in *bufio.Reader, v any) error {
	line, err := in.ReadBytes('\n')
	if err != nil {
		return err
	}
	dec := json.NewDecoder(bytes.NewReader(line))
	dec.UseNumber()
	return dec.Decode(v)
}

func readRows(in *bufio.Reader, limit int) ([][]any, error) {
	var rows [][]any
	for len(rows) < limit {
		var row []any
		err := readLine(in, &row)
		if err == io.EOF {
			return rows, nil
		}
		if err != nil {
			return nil, err
		}
		for i, v := range row {
			if n, ok := v.(json.Number); ok {
				whole, err := n.Int64()
				if err != nil {
					return nil, err
				}
				row[i] = whole
			}
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func insertRows(tx *Tx, table string, columns []string, rows [][]any) error {
	for some := range slices.Chunk(rows, loadRows) {
		var args []any
		for _, row := range some {
			args = append(args, row...)
		}
		if _, err := tx.Exec(`INSERT INTO `+table+` (`+strings.Join(columns, ", ")+`) VALUES `+Values(len(some), len(columns)), args...); err != nil {
			return err
		}
	}
	return nil
}

// Empty reports whether a table has no row at all.
func Empty(tx *Tx, table string) (bool, error) {
	n, err := One(tx, Value[int64], `SELECT count(*) FROM (SELECT 1 AS one FROM `+table+` LIMIT 1) AS first`)
	return n == 0, err
}
