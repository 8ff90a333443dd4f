package trust

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"github.com/emersion/go-msgauth/dmarc"
)

// wish is what a domain asks for.
type wish struct {
	Result Result // Pass: it asks for something
	Strict struct{ SPF, DKIM bool }
	Policy Policy
	Share  int // of messages that the policy is for, in per cent
	Note   string
}

// lookupDMARC returns what a domain, or else the organisation that it is of, asks for.
func lookupDMARC(ctx context.Context, dns Resolver, domain string) wish {
	if domain == "" {
		return wish{Result: PermError, Note: "it does not name one sender"}
	}
	w := lookupPolicy(ctx, dns, domain, false)
	if org := organisation(domain); w.Result == None && org != domain {
		w = lookupPolicy(ctx, dns, org, true)
	}
	return w
}

func lookupPolicy(ctx context.Context, dns Resolver, domain string, parent bool) wish {
	all, err := ask(ctx, dns.TXT, "_dmarc."+domain)
	switch {
	case notFound(err):
		all = nil
	case err != nil:
		return wish{Result: TempError, Note: fmt.Sprintf("the policy of %s could not be looked up", domain)}
	}
	var records []string
	for _, txt := range all {
		if tag, value, _ := strings.Cut(strings.Split(txt, ";")[0], "="); strings.TrimSpace(tag) == "v" && strings.TrimSpace(value) == "DMARC1" {
			records = append(records, txt)
		}
	}
	if len(records) != 1 { // several count as none: RFC 7489, section 6.6.3
		return wish{Result: None, Note: fmt.Sprintf("%s has no policy", domain)}
	}
	return parsePolicy(records[0], domain, parent)
}

// parsePolicy reads a record. Tags that are not about policy may be as wrong
// as they like, and in practice are.
func parsePolicy(txt, domain string, parent bool) wish {
	var kept []string
	for _, tag := range strings.Split(txt, ";") {
		name, value, ok := strings.Cut(strings.ToLower(tag), "=")
		name = strings.TrimSpace(name)
		if ok && slices.Contains([]string{"p", "sp", "adkim", "aspf", "pct"}, name) {
			kept = append(kept, name+"="+strings.TrimSpace(value))
		}
	}
	r, err := dmarc.Parse("v=DMARC1; " + strings.Join(kept, "; "))
	if err != nil {
		return wish{Result: PermError, Note: fmt.Sprintf("the policy of %s cannot be read", domain)}
	}
	w := wish{Result: Pass, Policy: Policy(r.Policy), Share: 100, Note: domain}
	if parent && r.SubdomainPolicy != "" {
		w.Policy = Policy(r.SubdomainPolicy)
	}
	if r.Percent != nil {
		w.Share = *r.Percent
	}
	w.Strict.SPF, w.Strict.DKIM = r.SPFAlignment == dmarc.AlignmentStrict, r.DKIMAlignment == dmarc.AlignmentStrict
	return w
}

// decide is DMARC: the From domain stands if SPF or DKIM passes for a domain that is aligned with it.
func decide(m Message, spf spfFinding, dkim dkimFinding, asked wish) (Result, Policy, string) {
	switch {
	case asked.Result != Pass:
		return asked.Result, "", asked.Note
	case spf.Result == Pass && aligned(spf.Domain, m.From, asked.Strict.SPF):
		return Pass, asked.Policy, fmt.Sprintf("SPF of %s stands for %s", spf.Domain, m.From)
	}
	stands := func(d string) bool { return aligned(d, m.From, asked.Strict.DKIM) }
	if i := slices.IndexFunc(dkim.Signed, stands); i >= 0 {
		return Pass, asked.Policy, fmt.Sprintf("the signature of %s stands for %s", dkim.Signed[i], m.From)
	}
	switch {
	case spf.Result == TempError && aligned(spf.Domain, m.From, asked.Strict.SPF), slices.ContainsFunc(dkim.Doubtful, stands):
		return TempError, asked.Policy, "what would stand for " + m.From + " could not be looked up"
	case spf.Unseen:
		return None, asked.Policy, "only the relay that handed it over could tell"
	}
	policy := asked.forThis(m.Raw)
	return Fail, policy, fmt.Sprintf("neither SPF nor a signature stands for %s; %s asks for %s", m.From, asked.Note, wording(policy))
}

func wording(p Policy) string {
	if p == Deliver {
		return "delivery all the same"
	}
	return string(p)
}

// aligned reports whether one domain may speak for another.
func aligned(domain, from string, strict bool) bool {
	if domain == from {
		return domain != ""
	}
	return !strict && organisation(domain) == organisation(from)
}

// forThis applies a policy that is for a share of messages only: the others
// get the next milder one. The same message always gets the same.
func (w wish) forThis(raw []byte) Policy {
	sum := sha256.Sum256(raw)
	if int(binary.BigEndian.Uint32(sum[:])%100) < w.Share {
		return w.Policy
	}
	if w.Policy == Reject {
		return Quarantine
	}
	return Deliver
}
