package trust

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/emersion/go-msgauth/dkim"
)

// What is checked of one message. A header beyond these was made to keep us busy.
const (
	signaturesMost = 5
	headerMost     = 256 << 10 // bytes
	fieldsMost     = 500
)

type dkimFinding struct {
	Result   Result
	Signed   []string // domains whose signature is right
	Doubtful []string // domains whose key could not be looked up
	Note     string
}

// checkDKIM checks the signatures. One that is right is enough: others break on the way.
func checkDKIM(ctx context.Context, dns Resolver, raw []byte) dkimFinding {
	if why := excess(raw); why != "" {
		return dkimFinding{Result: PermError, Note: why}
	}
	found, err := dkim.VerifyWithOptions(bytes.NewReader(raw), &dkim.VerifyOptions{
		LookupTXT:        func(name string) ([]string, error) { return ask(ctx, dns.TXT, name) },
		MaxVerifications: signaturesMost,
	})
	if err != nil && !errors.Is(err, dkim.ErrTooManySignatures) {
		return dkimFinding{Result: PermError, Note: "the header cannot be read"}
	}
	f := dkimFinding{Result: None}
	var notes []string
	for _, v := range found {
		r := f.add(v)
		if f.Result == None || rank(r) < rank(f.Result) {
			f.Result = r
		}
		notes = append(notes, describe(v, r))
	}
	f.Note = strings.Join(notes, ", ")
	return f
}

// add notes one signature, and returns what it came to.
func (f *dkimFinding) add(v *dkim.Verification) Result {
	domain := ascii(v.Domain)
	switch {
	case v.Err == nil:
		f.Signed = append(f.Signed, domain)
		return Pass
	case dkim.IsTempFail(v.Err):
		f.Doubtful = append(f.Doubtful, domain)
		return TempError
	case dkim.IsPermFail(v.Err):
		return PermError
	}
	return Fail
}

// rank orders results from the one that says most.
func rank(r Result) int {
	return slices.Index([]Result{Pass, TempError, Fail, SoftFail, Neutral, PermError, None}, r)
}

func describe(v *dkim.Verification, r Result) string {
	domain := v.Domain
	if domain == "" {
		domain = "a signature without a domain"
	}
	if v.Err == nil {
		return "signed by " + domain
	}
	return fmt.Sprintf("%s %s (%s)", domain, r, strings.TrimPrefix(v.Err.Error(), "dkim: "))
}

// excess says why a header is too much to check; empty: it is not.
func excess(raw []byte) string {
	fields := 0
	for at := 0; at < len(raw); {
		end := bytes.IndexByte(raw[at:], '\n')
		if end < 0 {
			end = len(raw) - at - 1
		}
		line := bytes.TrimRight(raw[at:at+end+1], "\r\n")
		if len(line) == 0 {
			return ""
		}
		if line[0] != ' ' && line[0] != '\t' {
			fields++
		}
		if at += end + 1; at > headerMost || fields > fieldsMost {
			return "the header is too long to check"
		}
	}
	return ""
}
