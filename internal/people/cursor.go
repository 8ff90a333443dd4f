package people

import (
	"encoding/base64"
	"strings"

	"muster/internal/db"
	"muster/internal/fault"
)

// cursor is where a page of a list by name ends.
type cursor struct{ name, id string }

func cursorAt(foldedName, id string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(id + " " + foldedName))
}

func readCursor(s string) (cursor, error) {
	b, err := base64.RawURLEncoding.DecodeString(s)
	id, name, ok := strings.Cut(string(b), " ")
	if s != "" && (err != nil || !ok || clip(string(b)) != string(b)) {
		return cursor{}, fault.Field("after", "This is no place in the list. Begin again on the first page.")
	}
	return cursor{name, id}, nil
}

// after narrows a list, ordered by folded name and id, to what comes after the cursor.
func (c cursor) after(f *db.Filter, alias string) *db.Filter {
	if c.id == "" {
		return f
	}
	return f.Where("("+alias+".name_folded, "+alias+".id) > (?, ?)", c.name, c.id)
}

func pageSize(asked int) int {
	if asked <= 0 {
		return 50
	}
	return min(asked, 200)
}

// afterAll is a string that sorts after all that begin with s, on both databases.
func afterAll(s string) string { return s + "\U0010FFFF" }
