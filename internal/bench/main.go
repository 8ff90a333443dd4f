// Package main measures a whole desk from outside: a served binary, a database that waits for the disk, clients over the network.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// setup is what one run measures: an engine and a size.
type setup struct {
	engine string // sqlite, or the address of a PostgreSQL server
	size   int    // tickets, each with three messages on average
	binary string
	folder string
	quick  bool
}

func main() {
	sizes := flag.String("sizes", "10000,100000,1000000", "numbers of tickets, with commas between")
	postgres := flag.String("postgres", os.Getenv("MUSTER_TEST_POSTGRES"), "a PostgreSQL server that waits for the disk; empty: SQLite alone")
	binary := flag.String("muster", "bin/muster", "the program to measure")
	out := flag.String("out", "docs/performance.md", "the file that the table is written to")
	alone := flag.Bool("postgres-alone", false, "leave SQLite out")
	quick := flag.Bool("quick", false, "a few seconds a figure: to see that it works")
	flag.Parse()
	if err := run(context.Background(), engines(*postgres, *alone), *sizes, *binary, *out, *quick); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func engines(postgres string, alone bool) (all []string) {
	if !alone {
		all = append(all, "sqlite")
	}
	if postgres != "" {
		all = append(all, postgres)
	}
	return all
}

func run(ctx context.Context, engines []string, sizes, binary, out string, quick bool) error {
	path, err := filepath.Abs(binary)
	if err != nil {
		return err
	}
	t := &table{began: time.Now()}
	for _, engine := range engines {
		for _, s := range strings.Split(sizes, ",") {
			n, err := strconv.Atoi(strings.TrimSpace(s))
			if err != nil {
				return fmt.Errorf("%q is no number of tickets", s)
			}
			if err := t.measure(ctx, setup{engine: engine, size: n, binary: path, quick: quick}); err != nil {
				return fmt.Errorf("%s at %d tickets: %w", engineName(engine), n, err)
			}
			if err := os.WriteFile(out, []byte(t.markdown()), 0o666); err != nil {
				return err
			}
		}
	}
	fmt.Print(t.markdown())
	return nil
}

func engineName(engine string) string {
	if engine == "sqlite" {
		return "SQLite"
	}
	return "PostgreSQL"
}
