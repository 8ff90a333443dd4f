package inbox

import (
	"cmp"
	"regexp"
	"slices"

	"muster/internal/fault"
	"muster/internal/mailbox/compose"
)

// Server is a mailbox on another mail system.
type Server struct {
	Host     string   `json:"host,omitempty"`
	Port     int      `json:"port,omitempty"`     // 0: 993, or 143 without TLS
	Security string   `json:"security,omitempty"` // tls, starttls or none; empty: tls
	User     string   `json:"user,omitempty"`
	Trust    string   `json:"trust,omitempty"`  // the SHA-256 of the one certificate that it may show, in hexadecimal; empty: an authority vouches for it
	Folder   string   `json:"folder,omitempty"` // empty: INBOX
	More     []string `json:"more,omitempty"`   // folders beside that one
	After    string   `json:"after,omitempty"`  // what becomes of a fetched message there: leave, seen or move; empty: leave
	MoveTo   string   `json:"moveTo,omitempty"` // the folder, with move
	Password string   `json:"-"`                // when saved, empty: the one there was
	Sealed   string   `json:"password,omitempty"`
}

// Folders are those whose mail is fetched.
func (s Server) Folders() []string {
	return append([]string{cmp.Or(s.Folder, "INBOX")}, s.More...)
}

var certificate = regexp.MustCompile(`^([0-9A-Fa-f]{2}[: ]?){32}$`)

// check says what cannot be fetched so.
func (s Server) check() error {
	var errs []error
	if s.Port < 0 || s.Port > 65535 {
		errs = append(errs, fault.Field("imap.port", "A port is a number from 1 to 65535, not %d.", s.Port))
	}
	if !slices.Contains([]string{"", "tls", "starttls", "none"}, s.Security) {
		errs = append(errs, fault.Field("imap.security", "Choose tls, starttls or none."))
	}
	if s.Trust != "" && !certificate.MatchString(s.Trust) {
		errs = append(errs, fault.Field("imap.certificate", "Give the SHA-256 of the certificate: 64 hexadecimal digits."))
	}
	folders := s.Folders()
	if len(folders) > 50 || slices.ContainsFunc(folders, func(f string) bool { return f == "" || compose.OneLine(f) != f || len(f) > 200 }) {
		errs = append(errs, fault.Field("imap.folders", "Give at most 50 folders, one a line, each of at most 200 bytes."))
	}
	if !slices.Contains([]string{"", "leave", "seen", "move"}, s.After) {
		errs = append(errs, fault.Field("imap.after", "Choose leave, seen or move."))
	}
	switch {
	case s.After == "move" && (s.MoveTo == "" || compose.OneLine(s.MoveTo) != s.MoveTo || len(s.MoveTo) > 200):
		errs = append(errs, fault.Field("imap.moveTo", "Say which folder fetched mail is moved to."))
	case s.After == "move" && slices.Contains(folders, s.MoveTo):
		errs = append(errs, fault.Field("imap.moveTo", "Mail is fetched from the folder %s, so it cannot be moved there. Choose another.", s.MoveTo))
	}
	return fault.Join(errs...)
}
