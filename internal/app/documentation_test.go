package app

import (
	"os"
	"reflect"
	"strings"
	"testing"

	"muster/internal/access"
)

// What can be set is in the documentation, with what holds when it is not; and so is what each right is called.
func TestDocumentation(t *testing.T) {
	said := func(file string) string {
		b, err := os.ReadFile("../../" + file)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	readme, operation := said("README.md"), said("docs/operation.md")
	for f := range reflect.TypeFor[Config]().Fields() {
		name, usual := f.Tag.Get("env"), f.Tag.Get("default")
		if name == "" {
			continue
		}
		row := "| `" + name + "` | "
		if usual != "" {
			row += "`" + usual + "` |"
		}
		if !strings.Contains(readme, row) {
			t.Errorf("README.md has no row %s", row)
		}
	}
	for _, r := range access.All() {
		if !strings.Contains(operation, "`"+string(r)+"`") {
			t.Errorf("docs/operation.md does not tell of the right %s", r)
		}
	}
}
