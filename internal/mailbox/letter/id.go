package letter

import (
	"crypto/sha256"
	"encoding/hex"
	"net/mail"
	"strings"
	"time"

	"muster/internal/mailbox/letter/mime"
)

const maxID = 900 // bytes; longer ones are told apart by their hash

// firstID returns the Message-ID, as badly as it may be formed: "" if there is none.
func firstID(h mime.Header) string {
	for _, v := range h.Raw("Message-Id") {
		if all := ids([]string{v}); len(all) > 0 {
			return all[0]
		}
	}
	return ""
}

// ids returns the message IDs in header values, without brackets. A value
// without brackets is taken by its words that have an @, or else whole.
func ids(values []string) []string {
	var all []string
	for _, v := range values {
		if strings.Contains(v, "=?") || !mime.ASCII(v) || strings.IndexByte(v, 0x1b) >= 0 {
			v = mime.Words(v, "")
		}
		all = append(all, idsIn(v)...)
		if len(all) > 10*maxIDs {
			all = all[len(all)-10*maxIDs:]
		}
	}
	if n := len(all); n > maxIDs {
		all = append(all[:1:1], all[n-maxIDs+1:]...)
	}
	return all
}

func idsIn(v string) []string {
	var all []string
	for rest := v; ; {
		i := strings.IndexByte(rest, '<')
		if i < 0 {
			break
		}
		rest = strings.TrimLeft(rest[i:], "<")
		j := strings.IndexAny(rest, "<>")
		if j < 0 {
			j = len(rest)
		}
		if id := cleanID(rest[:j]); id != "" {
			all = append(all, id)
		}
		rest = rest[j:]
	}
	if all != nil {
		return all
	}
	for _, w := range strings.Fields(v) {
		if id := cleanID(w); strings.Contains(w, "@") && id != "" {
			all = append(all, id)
		}
	}
	if id := cleanID(v); all == nil && id != "" {
		all = []string{id}
	}
	return all
}

// cleanID drops what folding and people put into an ID.
func cleanID(s string) string {
	id := strings.Map(func(r rune) rune {
		if r <= ' ' || r == 0x7f || r == '<' || r == '>' || r == '"' || r >= 0x80 && r < 0xa0 || mime.Turns(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	if len(id) > maxID {
		sum := sha256.Sum256([]byte(id))
		id = "sha256." + hex.EncodeToString(sum[:]) + "@long"
	}
	return id
}

// readDate reads the Date field: zero if it makes no sense.
func readDate(v string) time.Time {
	if v == "" || len(v) > 200 {
		return time.Time{}
	}
	t, err := mail.ParseDate(v)
	for _, layout := range []string{
		time.RFC3339, "2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05", time.ANSIC, time.UnixDate,
		"Mon, 2 Jan 2006 15:04:05 GMT-07:00", "Mon, 2 Jan 2006 15:04:05 -07:00", "Mon, 2 Jan 2006 15:04:05",
		"2 Jan 2006 15:04:05", "Mon, 2 January 2006 15:04:05 -0700", "Monday, 2 January 2006 15:04:05 -0700",
	} {
		if err == nil {
			break
		}
		t, err = time.Parse(layout, v)
	}
	if err != nil || t.Year() < 1980 || t.Year() > 2100 {
		return time.Time{}
	}
	return t.UTC()
}
