package arch

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

type function struct {
	pkg, name, file, source string
	decl                    *ast.FuncDecl
}

// functions returns every function of the packages below dir, without tests.
func functions(t *testing.T, dir string) []function {
	t.Helper()
	var all []function
	fset := token.NewFileSet()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(fset, path, nil, 0)
		if err != nil {
			return err
		}
		for _, decl := range file.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok {
				var b bytes.Buffer
				if err := printer.Fprint(&b, fset, f); err != nil {
					return err
				}
				all = append(all, function{file.Name.Name, f.Name.Name, path, b.String(), f})
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// Those that are given a unit of work but need no right say why.
var rightless = map[string]string{
	"ticket.Visible":    "narrows a query by what the actor may see",
	"event.Of":          "the caller has found the record already",
	"event.Schedule":    "part of whatever work schedules it",
	"event.Cancel":      "part of whatever work cancels it",
	"event.Finish":      "ends the job that is running",
	"event.Waiting":     "two numbers over all workspaces, for /metrics",
	"workspace.Current": "everyone may know the workspace that they are in",
	"workspace.Edit":    "checked below",
	"people.ActorOf":    "says what rights a user has, before there is an actor",
}

// Every exported function that is given a Tx says what right it needs.
func TestWorkChecksRights(t *testing.T) {
	seen := 0
	for name, level := range ring {
		if level == kit && name != "event" || level >= surface {
			continue
		}
		for _, f := range functions(t, "../"+name) {
			full := f.pkg + "." + f.name
			if !f.decl.Name.IsExported() || !strings.Contains(f.source, "tx *db.Tx") || strings.Contains(f.source, "func(tx *db.Tx") && !strings.Contains(firstLine(f.source), "tx *db.Tx") {
				continue
			}
			seen++
			if rightless[full] == "" && !checksRight(f.source) {
				t.Errorf("%s (%s) does work but never calls tx.Must", full, f.file)
			}
		}
	}
	if seen < 20 {
		t.Errorf("only %d functions were looked at: the test looks in the wrong place", seen)
	}
}

func firstLine(s string) string { line, _, _ := strings.Cut(s, "\n"); return line }

// checksRight looks for the check itself, or for a call that is known to make it.
func checksRight(source string) bool {
	for _, call := range []string{"tx.Must(", "Find(tx,", "findWhere(tx,", "linkEnds(tx,", "mustSee(tx"} {
		if strings.Contains(source, call) {
			return true
		}
	}
	return false
}

var statement = regexp.MustCompile("(?s)^[`\"]\\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\\s")

// Those statements that are about all workspaces say so.
var everywhere = regexp.MustCompile(`SELECT 1|pg_|FROM jobs|UPDATE jobs|DELETE FROM jobs|workspaces|PRAGMA|INSERT INTO _`)

// Every statement names the workspace, which keeps tenants apart.
func TestStatementsNameTheWorkspace(t *testing.T) {
	seen := 0
	for name, level := range ring {
		if level >= surface {
			continue
		}
		for _, f := range functions(t, "../"+name) {
			ast.Inspect(f.decl, func(n ast.Node) bool {
				lit, ok := n.(*ast.BasicLit)
				if !ok || lit.Kind != token.STRING || !statement.MatchString(lit.Value) {
					return true
				}
				seen++
				// A statement that ends in a filter names the workspace there.
				narrowed := strings.Contains(f.source, "Filter(") || strings.Contains(f.source, ".SQL()")
				if !strings.Contains(lit.Value, "workspace_id") && !narrowed && !everywhere.MatchString(lit.Value) {
					t.Errorf("%s.%s (%s): a statement without workspace_id: %s", f.pkg, f.name, f.file, lit.Value)
				}
				return true
			})
		}
	}
	if seen < 50 {
		t.Errorf("only %d statements were looked at: the test looks in the wrong place", seen)
	}
}

var notPortable = regexp.MustCompile(`(?i)\bnow\(\)|\bilike\b|= any ?\(|\blateral\b|->>|jsonb`)

// SQL is the same text on both engines; what only one of them understands stays out.
func TestStatementsArePortable(t *testing.T) {
	for name, level := range ring {
		if name == "search" || level >= surface { // search is the one place where the engines differ in kind
			continue
		}
		for _, f := range functions(t, "../"+name) {
			ast.Inspect(f.decl, func(n ast.Node) bool {
				if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING && statement.MatchString(lit.Value) && notPortable.MatchString(lit.Value) {
					t.Errorf("%s.%s (%s) is not portable: %s", f.pkg, f.name, f.file, lit.Value)
				}
				return true
			})
		}
	}
}

// The house style bounds files and functions.
func TestSizes(t *testing.T) {
	lines := map[string]int{}
	for _, f := range functions(t, "..") {
		n := strings.Count(f.source, "\n") + 1
		if n > 60 {
			t.Errorf("%s.%s (%s) has %d lines; split it", f.pkg, f.name, f.file, n)
		}
		lines[f.file] += n
	}
	for file, n := range lines {
		if n > 400 {
			t.Errorf("%s has %d lines of functions; split it", file, n)
		}
	}
}
