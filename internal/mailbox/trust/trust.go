// Package trust tells whether a message really comes from the address it names as its sender.
package trust

import (
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"strings"
	"time"
)

// within bounds how long names are looked up for one message.
const within = 5 * time.Second

// Result is what one check came to, spelled as in RFC 8601.
type Result string

const (
	None      Result = "none"      // there was nothing to check
	Pass      Result = "pass"      // it is who it says
	Fail      Result = "fail"      // it is not
	SoftFail  Result = "softfail"  // it is probably not
	Neutral   Result = "neutral"   // the domain does not want to say
	TempError Result = "temperror" // names could not be looked up just now
	PermError Result = "permerror" // what the domain or the message says makes no sense
)

// Policy is what a domain asks to be done with mail that fails DMARC.
type Policy string

const (
	Deliver    Policy = "none"
	Quarantine Policy = "quarantine"
	Reject     Policy = "reject"
)

// Verdict is what is known of where a message comes from.
type Verdict struct {
	SPF, DKIM, DMARC, ARC Result
	Policy                Policy // what is asked for if DMARC fails; empty: nothing is known
	Detail                string // a line for each check, for people
}

// Quarantines reports whether the message should be set aside: it fails DMARC,
// and the domain that it names asks for more than delivery.
func (v Verdict) Quarantines() bool {
	return v.DMARC == Fail && (v.Policy == Quarantine || v.Policy == Reject)
}

// Message is what a verdict is about: the envelope as SMTP told it, and the bytes as they came.
type Message struct {
	Remote   netip.Addr // who delivered it
	Helo     string
	MailFrom string // empty for bounces
	Raw      []byte
	From     string // the domain of the From field; empty if there is none, or several
}

// Options say how messages are checked. The zero value needs no change but in tests.
type Options struct {
	DNS     Resolver      // zero: the machine's own
	Within  time.Duration // in which all is looked up; 0: 5 s
	Sealers []string      // domains whose ARC seal is believed: of a mailing list, say
}

// Check looks up what the domains concerned say, and judges. It belongs into
// the job that reads a message in custody, not before the answer to its
// sender: names may be slow, and the verdict of a message is the same later.
// It returns within the time given, whatever the name servers do: what they
// did not say in time is TempError, and nothing is quarantined for that.
func Check(ctx context.Context, o Options, m Message) Verdict {
	if o.Within == 0 {
		o.Within = within
	}
	if o.DNS.TXT == nil {
		o.DNS = System()
	}
	ctx, cancel := context.WithTimeout(ctx, o.Within)
	defer cancel()
	m.From = ascii(m.From)
	spf := later(ctx, spfFinding{Result: TempError, Domain: identity(m), Note: late}, func() spfFinding { return checkSPF(ctx, o.DNS, m) })
	dkim := later(ctx, dkimFinding{Result: TempError, Doubtful: []string{m.From}, Note: late}, func() dkimFinding { return checkDKIM(ctx, o.DNS, m.Raw) })
	arc := later(ctx, arcFinding{Result: TempError, Note: late}, func() arcFinding { return checkARC(ctx, o.DNS, m.Raw) })
	asked := later(ctx, wish{Result: TempError, Note: late}, func() wish { return lookupDMARC(ctx, o.DNS, m.From) })
	return judge(o, m, spf(), dkim(), arc(), asked())
}

const late = "the name servers did not answer in time"

// later does f beside what follows, and returns what waits for it: no longer
// than ctx lasts, and then it is instead. What cannot be read to its end must
// not end the program.
func later[T any](ctx context.Context, instead T, f func() T) func() T {
	found := make(chan T, 1)
	go func() {
		defer func() {
			if p := recover(); p != nil {
				slog.Error("check where a message comes from", "panic", p)
				found <- instead
			}
		}()
		found <- f()
	}()
	return func() T {
		select {
		case v := <-found:
			return v
		case <-ctx.Done():
		}
		select {
		case v := <-found: // both at once: what was found counts
			return v
		default:
			return instead
		}
	}
}

// judge makes a verdict of what was found.
func judge(o Options, m Message, spf spfFinding, dkim dkimFinding, arc arcFinding, asked wish) Verdict {
	v := Verdict{SPF: spf.Result, DKIM: dkim.Result, ARC: arc.Result}
	var why string
	v.DMARC, v.Policy, why = decide(m, spf, dkim, asked)
	if v.Quarantines() && arc.vouches(o.Sealers) {
		v.Policy = Deliver
		why += fmt.Sprintf("; but %s, whose seal is believed, has seen it pass", arc.Sealer)
	}
	v.Detail = strings.Join([]string{
		line("SPF", v.SPF, spf.Note),
		line("DKIM", v.DKIM, dkim.Note),
		line("DMARC", v.DMARC, why),
		line("ARC", v.ARC, arc.Note),
	}, "\n")
	return v
}

func line(check string, r Result, note string) string {
	if note == "" {
		return fmt.Sprintf("%s %s.", check, r)
	}
	return fmt.Sprintf("%s %s: %s.", check, r, note)
}
