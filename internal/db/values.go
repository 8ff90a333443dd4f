package db

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
)

// JSON stores a value as JSON text. An empty text leaves the value as it is.
func JSON[T any](v *T) interface {
	driver.Valuer
	Scan(any) error
} {
	return &dbJSON[T]{v}
}

type dbJSON[T any] struct{ v *T }

func (j *dbJSON[T]) Value() (driver.Value, error) {
	b, err := json.Marshal(j.v)
	return string(b), err
}

func (j *dbJSON[T]) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		return nil
	case string:
		if v == "" {
			return nil
		}
		return json.Unmarshal([]byte(v), j.v)
	case []byte:
		return json.Unmarshal(v, j.v)
	}
	return fmt.Errorf("db: cannot read JSON from %T", v)
}

// Bool stores a truth as 1 or 0, which both engines have.
func Bool(v *bool) interface {
	driver.Valuer
	Scan(any) error
} {
	return (*dbBool)(v)
}

type dbBool bool

func (b *dbBool) Value() (driver.Value, error) {
	if *b {
		return int64(1), nil
	}
	return int64(0), nil
}

func (b *dbBool) Scan(v any) error {
	n, ok := v.(int64)
	if !ok {
		return fmt.Errorf("db: cannot read a truth from %T", v)
	}
	*b = n != 0
	return nil
}

// Changes returns what an UPDATE has to set, "a = $1, b = $2", so that a row that
// was scanned into before becomes what after holds. Columns are in the order of both.
func Changes(f *Filter, columns string, before, after []any) (string, error) {
	var sets []string
	for i, column := range strings.Split(columns, ",") {
		was, err := stored(before[i])
		if err != nil {
			return "", err
		}
		is, err := stored(after[i])
		if err != nil {
			return "", err
		}
		if was != is {
			sets = append(sets, strings.TrimSpace(column)+" = "+f.Arg(is))
		}
	}
	return strings.Join(sets, ", "), nil
}

// stored is what is kept of what a column is scanned into.
func stored(dest any) (any, error) {
	if v, ok := dest.(driver.Valuer); ok {
		return v.Value()
	}
	return reflect.ValueOf(dest).Elem().Interface(), nil
}
