package trust

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// setsMost is how many hands a message may have gone through and still be checked.
const setsMost = 15

type arcFinding struct {
	Result Result
	Sealer string // who sealed last
	Seen   Result // what that one says DMARC came to when it got the message, if the chain holds
	Note   string
}

// vouches reports whether somebody who is believed has seen the message pass.
func (f arcFinding) vouches(believed []string) bool {
	return f.Seen == Pass && slices.ContainsFunc(believed, func(d string) bool { return ascii(d) == f.Sealer })
}

// set is what one hand added: what it saw, its signature, and its seal on all before.
type set struct{ results, message, seal *signature }

// checkARC checks the chain of seals of those who passed the message on: RFC 8617, section 5.2.
func checkARC(ctx context.Context, dns Resolver, raw []byte) arcFinding {
	if excess(raw) != "" {
		return arcFinding{Result: Fail, Note: excess(raw)}
	}
	fields, body := splitHeader(raw)
	sets, why := collect(fields)
	switch {
	case why != "":
		return arcFinding{Result: Fail, Note: why}
	case len(sets) == 0:
		return arcFinding{Result: None}
	}
	last := sets[len(sets)-1]
	f := arcFinding{Result: Pass, Sealer: ascii(last.seal.tags["d"])}
	f.Note = "sealed by " + f.Sealer
	if err := last.message.verify(ctx, dns, last.message.over(fields), body); err != nil {
		return f.broken(err, "the message changed after %s sealed it", f.Sealer)
	}
	for i := range slices.Backward(sets) {
		s := sets[i].seal
		if err := s.verify(ctx, dns, sealed(sets[:i+1]), nil); err != nil {
			return f.broken(err, "the seal of %s is broken", s.tags["d"])
		}
	}
	_, results, _ := strings.Cut(last.results.value, ";")
	f.Seen = FromAuthResults([]string{results}, firstHost(results)).DMARC
	return f
}

func (f arcFinding) broken(err error, format string, args ...any) arcFinding {
	f.Result, f.Note = Fail, fmt.Sprintf(format+" (%s)", append(args, err)...)
	if unanswered(err) {
		f.Result = TempError
	}
	return f
}

// collect returns the sets in order, or says why they are no chain.
func collect(fields []field) (sets []set, why string) {
	for i := range fields {
		place := map[string]func(*set) **signature{
			"arc-authentication-results": func(s *set) **signature { return &s.results },
			"arc-message-signature":      func(s *set) **signature { return &s.message },
			"arc-seal":                   func(s *set) **signature { return &s.seal },
		}[fields[i].name]
		if place == nil {
			continue
		}
		s := parseSignature(fields[i])
		n, err := strconv.Atoi(s.tags["i"])
		if err != nil || n < 1 || n > setsMost {
			return nil, "a seal has no number, or too high a one"
		}
		for len(sets) < n {
			sets = append(sets, set{})
		}
		at := place(&sets[n-1])
		if *at != nil {
			return nil, "two seals have the same number"
		}
		*at = s
	}
	return sets, flaw(sets)
}

func flaw(sets []set) string {
	for i, s := range sets {
		want := "pass"
		if i == 0 {
			want = "none"
		}
		switch {
		case s.results == nil || s.message == nil || s.seal == nil:
			return fmt.Sprintf("the seal number %d is not whole", i+1)
		case strings.ToLower(s.seal.tags["cv"]) != want:
			return fmt.Sprintf("the chain was broken when seal number %d was added", i+1)
		case slices.ContainsFunc(s.message.signed(), func(name string) bool { return name == "arc-seal" }):
			return fmt.Sprintf("the signature number %d covers a seal, which none may", i+1)
		}
	}
	return ""
}

// sealed is what the last of the sets seals: all of them, but not its own signature.
func sealed(sets []set) string {
	var b strings.Builder
	for i, s := range sets {
		b.WriteString(relaxedField(s.results.raw))
		b.WriteString(relaxedField(s.message.raw))
		if i < len(sets)-1 {
			b.WriteString(relaxedField(s.seal.raw))
		}
	}
	b.WriteString(strings.TrimSuffix(relaxedField(sets[len(sets)-1].seal.unsigned()), "\r\n"))
	return b.String()
}
