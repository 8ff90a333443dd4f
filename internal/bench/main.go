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
	keep   string // the folder of desks that are filled once; empty: a desk is filled for this run alone
	fill   bool   // fill it, and measure nothing
}

func main() {
	sizes := flag.String("sizes", "10000,100000,1000000", "numbers of tickets, with commas between")
	postgres := flag.String("postgres", os.Getenv("MUSTER_TEST_POSTGRES"), "a PostgreSQL server that waits for the disk; empty: SQLite alone")
	binary := flag.String("muster", "bin/muster", "the program to measure")
	out := flag.String("out", "docs/performance.md", "the file that the table is written to")
	alone := flag.Bool("postgres-alone", false, "leave SQLite out")
	quick := flag.Bool("quick", false, "a few seconds a figure: to see that it works")
	keep := flag.String("keep", "", "a folder for desks that are filled once, and measured again by later runs; empty: fill one for this run alone")
	fillOnly := flag.Bool("fill", false, "with -keep: fill the desks, and measure nothing")
	flag.Parse()
	if *fillOnly && *keep == "" {
		fmt.Fprintln(os.Stderr, "bench: -fill needs -keep: it says where the filled desks stay")
		os.Exit(2)
	}
	if err := run(context.Background(), engines(*postgres, *alone), *sizes, *out, setup{binary: *binary, quick: *quick, keep: *keep, fill: *fillOnly}); err != nil {
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

func run(ctx context.Context, engines []string, sizes, out string, s setup) error {
	path, err := filepath.Abs(s.binary)
	if err != nil {
		return err
	}
	s.binary = path
	t := &table{began: time.Now()}
	for _, engine := range engines {
		for _, size := range strings.Split(sizes, ",") {
			s.engine = engine
			if s.size, err = strconv.Atoi(strings.TrimSpace(size)); err != nil {
				return fmt.Errorf("%q is no number of tickets", size)
			}
			if err := t.measure(ctx, s); err != nil {
				return fmt.Errorf("%s at %d tickets: %w", engineName(engine), s.size, err)
			}
			if s.fill {
				continue
			}
			if err := t.write(out); err != nil {
				return err
			}
		}
	}
	if !s.fill {
		fmt.Print(t.markdown())
	}
	return nil
}

func engineName(engine string) string {
	if engine == "sqlite" {
		return "SQLite"
	}
	return "PostgreSQL"
}
