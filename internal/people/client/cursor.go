package client

import (
	"encoding/base64"
	"regexp"
	"strings"

	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/people/record"
	"muster/internal/text"
)

// longestFolded is what a name may become when it is folded, in bytes: some characters stand for many.
const longestFolded = 64 * record.LongestName

// cursor is where a page of a list by name ends.
type cursor struct{ name, id string }

// cursorAt writes a cursor down, with the list that it is a place in.
func cursorAt(list, foldedName, id string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(list + " " + id + " " + foldedName))
}

// readCursor takes a cursor of the list that cursorAt wrote, and nothing else: empty is the beginning.
func readCursor(list, s string) (cursor, error) {
	if s == "" {
		return cursor{}, nil
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	of, place, _ := strings.Cut(string(b), " ")
	id, name, _ := strings.Cut(place, " ")
	if err != nil || of != list || !regexp.MustCompile(`^[0-9a-v]{20}$`).MatchString(id) || name != text.Fold(name) || len(name) > longestFolded {
		return cursor{}, fault.Field("after", "This is no place in the list of %s. Take the next of the page before, as it came, or begin again on the first page.", list)
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
