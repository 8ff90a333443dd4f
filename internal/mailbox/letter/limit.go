package letter

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"muster/internal/fault"
	"muster/internal/mailbox/letter/mime"
)

// What no configuration changes: bounds that keep a letter fit for a page and a database row.
const (
	maxHead    = 1 << 20 // bytes read for the header of a message that is too large
	maxSubject = 1000    // bytes
	maxName    = 200     // bytes of a person's or a file's name
	maxText    = 2 << 20 // bytes of Text; more becomes an attachment
	maxHTML    = 4 << 20 // bytes of HTML; more becomes an attachment
	maxIDs     = 100     // References
	moreParts  = 1000    // parts beyond the attachments: texts, alternatives, containers
)

// reading is the work on one message: what it may cost, and what was found on the way.
type reading struct {
	lim   Limits
	until time.Time
	hint  string // the charset that the message declares, for parts that declare none
	told  []told // parts of a delivery report
	parts []Part
	notes []Note
	spoke bool // a text has been found

	unwrapped bool // an S/MIME signature has been opened
}

func newReading(lim Limits) *reading {
	std := DefaultLimits()
	if lim.Size <= 0 {
		lim.Size = std.Size
	}
	if lim.ParseTime <= 0 {
		lim.ParseTime = std.ParseTime
	}
	for _, f := range []struct {
		is *int
		or int
	}{{&lim.Attachments, std.Attachments}, {&lim.Links, std.Links}, {&lim.Addresses, std.Addresses}, {&lim.Depth, std.Depth}} {
		if *f.is <= 0 {
			*f.is = f.or
		}
	}
	return &reading{lim: lim, until: time.Now().Add(lim.ParseTime)}
}

// headBytes says how much of a message of n bytes is worth looking at.
func (r *reading) headBytes(n int) int {
	if int64(n) > r.lim.Size {
		return maxHead
	}
	return n
}

// tree takes the message apart, within the limits.
func (r *reading) tree(h mime.Header, body []byte) (*mime.Part, error) {
	root, err := mime.Tree(h, body, mime.Bounds{Parts: r.lim.Attachments + moreParts, Depth: r.lim.Depth, Until: r.until})
	switch {
	case errors.Is(err, mime.ErrParts):
		err = r.tooManyParts()
	case errors.Is(err, mime.ErrDepth):
		err = fault.New(fault.TooLarge, "The message nests its parts more than %d deep; this desk reads no further.", r.lim.Depth)
	case errors.Is(err, mime.ErrLate):
		err = r.tooSlow()
	}
	return root, err
}

// late returns a fault once the time for this message is used up.
func (r *reading) late() error {
	if time.Now().After(r.until) {
		return r.tooSlow()
	}
	return nil
}

func (r *reading) tooSlow() error {
	return fault.New(fault.TooLarge, "The message takes longer to read than the %s this desk allows.", r.lim.ParseTime)
}

func (r *reading) tooManyParts() error {
	return fault.New(fault.TooLarge, "The message has more than %d attachments; this desk takes no more than that.", r.lim.Attachments)
}

func (r *reading) note(n Note) {
	if !slices.Contains(r.notes, n) {
		r.notes = append(r.notes, n)
	}
}

// bytesText writes a size for people.
func bytesText(n int64) string {
	switch {
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
	case n >= 1<<10:
		return fmt.Sprintf("%.1f KiB", float64(n)/(1<<10))
	}
	return fmt.Sprintf("%d bytes", n)
}
