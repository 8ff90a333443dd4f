package db

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
)

//go:embed migrations
var migrations embed.FS

// migrate brings the tables up to date: those that are alike on both engines
// first, then those of the one package where the engines differ, search.
func migrate(ctx context.Context, e engine) error {
	unlock, err := lockMigrations(ctx, e)
	if err != nil {
		return err
	}
	defer unlock()
	if err := migrateFolder(ctx, e, "migrations", "goose_db_version"); err != nil {
		return err
	}
	if err := migrateFolder(ctx, e, "migrations/"+string(e.name()), "goose_"+string(e.name())+"_version"); err != nil {
		return err
	}
	return deferKeys(ctx, e)
}

// deferKeys has PostgreSQL check foreign keys at the commit. To check one is to
// read the newest page of an index that others write to, and what a
// serializable unit of work has read until its end stands in the way of others:
// checked at once, two that open tickets would seem to depend on each other.
func deferKeys(ctx context.Context, e engine) error {
	if e.name() != Postgres {
		return nil
	}
	_, err := e.pool().ExecContext(ctx, `
		DO $$
		DECLARE key RECORD;
		BEGIN
			FOR key IN SELECT conrelid::regclass AS tab, conname FROM pg_constraint
			           WHERE contype = 'f' AND NOT condeferred AND connamespace = current_schema()::regnamespace
			LOOP
				EXECUTE format('ALTER TABLE %s ALTER CONSTRAINT %I DEFERRABLE INITIALLY DEFERRED', key.tab, key.conname);
			END LOOP;
		END $$`)
	if err != nil {
		return fmt.Errorf("put off the check of foreign keys: %w", err)
	}
	return nil
}

func migrateFolder(ctx context.Context, e engine, folder, table string) error {
	files, err := fs.Sub(migrations, folder)
	if err != nil {
		return err
	}
	dialect := map[Engine]database.Dialect{SQLite: database.DialectSQLite3, Postgres: database.DialectPostgres}[e.name()]
	store, err := database.NewStore(dialect, table)
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider("", e.pool(), files, goose.WithStore(store))
	if err != nil {
		return fmt.Errorf("read %s: %w", folder, err)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("bring the database up to date: %w", err)
	}
	return nil
}

// lockMigrations lets one node at a time change the tables.
func lockMigrations(ctx context.Context, e engine) (unlock func(), err error) {
	if e.name() != Postgres {
		return func() {}, nil
	}
	conn, err := e.pool().Conn(ctx)
	if err != nil {
		return nil, err
	}
	const key = `hashtext('muster' || current_schema())`
	if _, err := conn.ExecContext(ctx, `SELECT pg_advisory_lock(`+key+`)`); err != nil {
		return nil, fmt.Errorf("wait for another node's migration: %w", joinClose(err, conn))
	}
	return func() {
		conn.ExecContext(context.WithoutCancel(ctx), `SELECT pg_advisory_unlock(`+key+`)`)
		conn.Close()
	}, nil
}

func joinClose(err error, conn *sql.Conn) error {
	if closing := conn.Close(); closing != nil {
		return fmt.Errorf("%w; then close: %w", err, closing)
	}
	return err
}
