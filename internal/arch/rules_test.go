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
	"event.In":          "likewise",
	"event.Schedule":    "part of whatever work schedules it",
	"event.Cancel":      "part of whatever work cancels it",
	"event.Finish":      "ends the job that is running",
	"event.Hold":        "is about the job that is running",
	"event.React":       "each reaction asks for what it needs",
	"event.Reacting":    "tells a reaction what it reacts to",
	"event.Waiting":     "two numbers over all workspaces, for /metrics",
	"workspace.Current": "everyone may know the workspace that they are in",
	"workspace.Edit":    "checked below",
	"people.ActorOf":    "says what rights a user has, before there is an actor",

	"client.CheckOrganisation": "for who changes what belongs to one; tells no more than that the actor could see it",
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
	for _, call := range []string{"tx.Must(", "Find(tx,", "findWhere(tx,", "linkEnds(tx,", "mustSee(tx", "Among(tx,"} {
		if strings.Contains(source, call) {
			return true
		}
	}
	return false
}

var statement = regexp.MustCompile("(?s)^[`\"]\\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\\s")

// Those statements that are about all workspaces, or about no rows at all, by the function that has them.
var everywhere = map[string]string{
	"db.Ping":                "asks for nothing",
	"db.Dump":                "a backup holds all workspaces",
	"db.insertRows":          "so does what is restored",
	"db.Empty":               "a restore needs an empty database",
	"db.lockMigrations":      "one node at a time changes the tables",
	"db.signal":              "nodes talk about all workspaces",
	"event.untilNext":        "a node works for all workspaces",
	"event.Waiting":          "the node's own numbers",
	"search.replace":         "by the key of a row that was looked up",
	"search.index":           "the words of docs that were looked up; the mark is of the whole index",
	"search.unindex":         "the words of docs that were looked up",
	"search.removePart":      "its condition, named, begins with the workspace",
	"mailbox.message":        "narrowed by what the actor may see, which begins with the workspace",
	"mailbox.listMessages":   "the same",
	"mailbox.searchMessages": "the same",
	"workspace.insert":       "the row is the workspace",
	"workspace.taken":        "names of workspaces are unique in the installation",
	"workspace.first":        "looks for the first workspace",
	"workspace.byHost":       "looks for the workspace of a host",
	"workspace.All":          "lists workspaces",
	"workspace.BySlug":       "looks for the workspace of a name",
	"list.fewest":            "counts what a start finds, which names the workspace",
	"inbox.anywhere":         "a mail's address says which workspace it is for",
	"inbox.takenAnywhere":    "an address leads to one workspace",
}

// statements returns the string expressions of a function that are SQL, put together.
func statements(f function) []string {
	var all []string
	ast.Inspect(f.decl, func(n ast.Node) bool {
		expr, ok := n.(ast.Expr)
		if !ok {
			return true
		}
		switch e := expr.(type) {
		case *ast.BinaryExpr:
			if e.Op != token.ADD {
				return true
			}
		case *ast.BasicLit:
			if e.Kind != token.STRING {
				return true
			}
		default:
			return true
		}
		var b bytes.Buffer
		if err := printer.Fprint(&b, token.NewFileSet(), expr); err != nil {
			return true
		}
		if statement.MatchString(b.String()) {
			all = append(all, b.String())
			return false
		}
		return true
	})
	return all
}

// Every statement names the workspace, which keeps tenants apart.
func TestStatementsNameTheWorkspace(t *testing.T) {
	seen := 0
	for name, level := range ring {
		if level >= surface {
			continue
		}
		for _, f := range functions(t, "../"+name) {
			for _, s := range statements(f) {
				seen++
				// A statement that ends in a filter names the workspace there.
				narrowed := strings.Contains(s, ".SQL()") && strings.Contains(f.source, "Filter")
				if !strings.Contains(s, "workspace_id") && !narrowed && everywhere[f.pkg+"."+f.name] == "" {
					t.Errorf("%s.%s (%s): a statement without workspace_id: %s", f.pkg, f.name, f.file, s)
				}
			}
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
			for _, s := range statements(f) {
				if notPortable.MatchString(s) {
					t.Errorf("%s.%s (%s) is not portable: %s", f.pkg, f.name, f.file, s)
				}
			}
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
