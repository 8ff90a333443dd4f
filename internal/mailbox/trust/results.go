package trust

import (
	"fmt"
	"slices"
	"strings"
)

// Unnamed is the trusted host of servers that do not put their name into
// Authentication-Results, as those of Microsoft 365 do not.
const Unnamed = "-"

// FromAuthResults reads what a mail server that we trust found out when it
// took the message in: the values of the Authentication-Results fields, top
// first, of which those count that carry its name. Anybody can write such a
// field into a message, so the host must be one that removes those that carry
// its own name from what it takes in, as RFC 8601 demands; and of several that
// tell of the same check, the topmost counts, for it was added last.
func FromAuthResults(values []string, trustedHost string) Verdict {
	v := Verdict{SPF: None, DKIM: None, DMARC: None, ARC: None}
	var notes []string
	known := map[string]bool{}
	for _, value := range values {
		if host, findings := parseResults(value); sameHost(host, trustedHost) {
			notes = append(notes, v.learn(findings, known)...)
		}
	}
	v.Detail = strings.Join(notes, "\n")
	if len(notes) == 0 {
		v.Detail = fmt.Sprintf("Nothing is known of the sender: the message carries no results of %q.", trustedHost)
	}
	return v
}

func sameHost(host, trusted string) bool {
	if trusted == Unnamed {
		return host == ""
	}
	return host != "" && ascii(host) == ascii(trusted)
}

// firstHost is the host that a field says it is of.
func firstHost(value string) string {
	host, _ := parseResults(value)
	return host
}

// learn takes over what one field says of checks of which nothing is known yet.
func (v *Verdict) learn(findings []finding, known map[string]bool) (notes []string) {
	for _, check := range []struct {
		name, method string
		is           *Result
	}{{"SPF", "spf", &v.SPF}, {"DKIM", "dkim", &v.DKIM}, {"DMARC", "dmarc", &v.DMARC}, {"ARC", "arc", &v.ARC}} {
		f, ok := strongest(findings, check.method)
		if !ok || known[check.method] {
			continue
		}
		known[check.method] = true
		*check.is = f.result()
		if check.method == "dmarc" {
			v.Policy = f.policy()
		}
		notes = append(notes, line(check.name, f.result(), f.note()))
	}
	return notes
}

// strongest returns the finding of a method that says most: of several DKIM signatures, one that is right.
func strongest(all []finding, method string) (best finding, ok bool) {
	for _, f := range all {
		if f.method == method && (!ok || rank(f.result()) < rank(best.result()) && method == "dkim") {
			best, ok = f, true
		}
	}
	return best, ok
}

// finding is one result: "dkim=pass header.d=example.com".
type finding struct {
	method, outcome string
	comment         string
	props           []prop
}

type prop struct{ name, value string }

func (f finding) result() Result {
	r := Result(strings.ToLower(f.outcome))
	switch {
	case r == "hardfail":
		return Fail
	case slices.Contains([]Result{Pass, Fail, SoftFail, Neutral, TempError, PermError}, r):
		return r
	}
	return None
}

func (f finding) prop(names ...string) string {
	for _, name := range names {
		for _, p := range f.props {
			if strings.EqualFold(p.name, name) {
				return p.value
			}
		}
	}
	return ""
}

// policy is what the domain asks for, wherever the server has put it: Google
// and OpenDMARC into a comment, Microsoft into an action, others into properties.
func (f finding) policy() Policy {
	found := f.prop("policy.published-domain-policy", "policy.dmarc", "policy.p")
	for word := range strings.FieldsSeq(f.comment) {
		if p, ok := strings.CutPrefix(strings.ToLower(word), "p="); ok && found == "" {
			found = p
		}
	}
	if found == "" {
		found = strings.TrimPrefix(strings.TrimPrefix(strings.ToLower(f.prop("action")), "pct."), "o")
	}
	switch p := Policy(strings.ToLower(strings.Trim(found, ",;"))); p {
	case Deliver, Quarantine, Reject:
		return p
	}
	return ""
}

// note says what the finding is about.
func (f finding) note() string {
	for _, name := range []string{"header.d", "header.i", "header.from", "smtp.mailfrom", "smtp.helo"} {
		if value := f.prop(name); value != "" {
			return fmt.Sprintf("for %.200s", strings.TrimPrefix(value, "@"))
		}
	}
	return ""
}
