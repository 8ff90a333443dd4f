package trust

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"net"
	"net/netip"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emersion/go-msgauth/dkim"
)

// zone is what the name servers of a test know: text by name, "A" addresses under "A host".
type zone map[string]string

func (z zone) resolver() Resolver {
	txt := func(ctx context.Context, name string) ([]string, error) {
		v, ok := z[strings.TrimSuffix(name, ".")]
		switch {
		case !ok:
			return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
		case v == "SERVFAIL":
			return nil, &net.DNSError{Err: "server misbehaving", Name: name}
		}
		return strings.Split(v, "|"), nil
	}
	return Resolver{
		TXT: txt,
		MX: func(ctx context.Context, name string) ([]*net.MX, error) {
			return nil, &net.DNSError{IsNotFound: true}
		},
		IP: func(ctx context.Context, host string) ([]net.IPAddr, error) {
			all, err := txt(ctx, "A "+host)
			if err != nil {
				return nil, err
			}
			return []net.IPAddr{{IP: net.ParseIP(all[0])}}, nil
		},
		PTR: func(ctx context.Context, addr string) ([]string, error) { return nil, &net.DNSError{IsNotFound: true} },
	}
}

func with(z zone, more ...string) zone {
	out := zone{}
	for k, v := range z {
		out[k] = v
	}
	for i := 0; i < len(more); i += 2 {
		out[more[i]] = more[i+1]
	}
	return out
}

const letter = "From: Ann <ann@out.example>\r\nTo: help@desk.example\r\nSubject: Printer\r\nMessage-ID: <1@out.example>\r\n\r\nIt smokes.\r\n"

// keys are made once: an RSA key takes a while.
var keys = sync.OnceValue(func() (k struct {
	rsa *rsa.PrivateKey
	ed  ed25519.PrivateKey
}) {
	k.rsa, _ = rsa.GenerateKey(rand.Reader, 2048)
	_, k.ed, _ = ed25519.GenerateKey(rand.Reader)
	return k
})

func rsaRecord() string {
	der, _ := x509.MarshalPKIXPublicKey(keys().rsa.Public())
	return "v=DKIM1; k=rsa; p=" + base64.StdEncoding.EncodeToString(der)
}

func edRecord() string {
	return "v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(keys().ed.Public().(ed25519.PublicKey))
}

func sign(t *testing.T, raw, domain, canon string, key crypto.Signer) string {
	t.Helper()
	var b bytes.Buffer
	err := dkim.Sign(&b, strings.NewReader(raw), &dkim.SignOptions{Domain: domain, Selector: "s", Signer: key,
		HeaderCanonicalization: dkim.Canonicalization(canon), BodyCanonicalization: dkim.Canonicalization(canon)})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

var plain = zone{
	"out.example":        "v=spf1 ip4:192.0.2.1 -all",
	"_dmarc.out.example": "v=DMARC1; p=quarantine",
}

func TestCheck(t *testing.T) {
	signed := func(raw, domain string) string { return sign(t, raw, domain, "relaxed", keys().rsa) }
	withKey := with(plain, "s._domainkey.out.example", rsaRecord(), "s._domainkey.mail.out.example", rsaRecord(), "s._domainkey.else.example", rsaRecord())
	good, bad := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("198.51.100.9")
	for _, row := range []struct {
		rule string
		zone zone
		m    Message
		want Verdict
		set  bool // it is quarantined
	}{
		{"SPF passes and is aligned", plain, Message{Remote: good, MailFrom: "ann@out.example", From: "out.example"}, Verdict{SPF: Pass, DMARC: Pass}, false},
		{"the wrong server fails, and the domain asks for quarantine", plain, Message{Remote: bad, MailFrom: "ann@out.example", From: "out.example"}, Verdict{SPF: Fail, DMARC: Fail, Policy: Quarantine}, true},
		{"SPF of another domain says nothing of this", with(plain, "else.example", "v=spf1 +all"), Message{Remote: bad, MailFrom: "eve@else.example", From: "out.example"}, Verdict{SPF: Pass, DMARC: Fail, Policy: Quarantine}, true},
		{"a bounce is checked by its HELO", with(plain, "mx.out.example", "v=spf1 ip4:192.0.2.1 -all"), Message{Remote: good, Helo: "mx.out.example", From: "out.example"}, Verdict{SPF: Pass, DMARC: Pass}, false},
		{"relaxed: a subdomain speaks for its organisation", with(plain, "bulk.out.example", "v=spf1 ip4:198.51.100.9 -all"), Message{Remote: bad, MailFrom: "x@bulk.out.example", From: "OUT.example."}, Verdict{SPF: Pass, DMARC: Pass}, false},
		{"strict: it does not", with(plain, "bulk.out.example", "v=spf1 ip4:198.51.100.9 -all", "_dmarc.out.example", "v=DMARC1; p=reject; aspf=s"), Message{Remote: bad, MailFrom: "x@bulk.out.example", From: "out.example"}, Verdict{SPF: Pass, DMARC: Fail, Policy: Reject}, true},
		{"who registers under a common suffix is nobody's kin", with(zone{}, "one.co.uk", "v=spf1 +all", "_dmarc.two.co.uk", "v=DMARC1; p=reject"), Message{Remote: bad, MailFrom: "x@one.co.uk", From: "two.co.uk"}, Verdict{SPF: Pass, DMARC: Fail, Policy: Reject}, true},
		{"a suffix itself speaks for nobody", with(zone{}, "co.uk", "v=spf1 +all", "_dmarc.two.co.uk", "v=DMARC1; p=reject"), Message{Remote: bad, MailFrom: "x@co.uk", From: "two.co.uk"}, Verdict{SPF: Pass, DMARC: Fail, Policy: Reject}, true},

		{"a signature is enough, from any server", withKey, Message{Remote: bad, MailFrom: "ann@out.example", From: "out.example", Raw: []byte(signed(letter, "out.example"))}, Verdict{SPF: Fail, DKIM: Pass, DMARC: Pass}, false},
		{"ed25519 signatures count", with(plain, "s._domainkey.out.example", edRecord()), Message{Remote: bad, MailFrom: "ann@out.example", From: "out.example", Raw: []byte(sign(t, letter, "out.example", "simple", keys().ed))}, Verdict{SPF: Fail, DKIM: Pass, DMARC: Pass}, false},
		{"a changed body breaks it", withKey, Message{Remote: bad, MailFrom: "ann@out.example", From: "out.example", Raw: []byte(strings.Replace(signed(letter, "out.example"), "smokes", "burns", 1))}, Verdict{SPF: Fail, DKIM: Fail, DMARC: Fail, Policy: Quarantine}, true},
		{"relaxed: a subdomain signs for its organisation", withKey, Message{Remote: bad, MailFrom: "ann@out.example", From: "out.example", Raw: []byte(signed(letter, "mail.out.example"))}, Verdict{SPF: Fail, DKIM: Pass, DMARC: Pass}, false},
		{"strict: it does not", with(withKey, "_dmarc.out.example", "v=DMARC1; p=quarantine; adkim=s"), Message{Remote: bad, MailFrom: "ann@out.example", From: "out.example", Raw: []byte(signed(letter, "mail.out.example"))}, Verdict{SPF: Fail, DKIM: Pass, DMARC: Fail, Policy: Quarantine}, true},
		{"a stranger's signature passes and stands for nobody else", withKey, Message{Remote: bad, MailFrom: "ann@out.example", From: "out.example", Raw: []byte(signed(letter, "else.example"))}, Verdict{SPF: Fail, DKIM: Pass, DMARC: Fail, Policy: Quarantine}, true},
		{"of two signatures one that is right is enough", withKey, Message{Remote: bad, MailFrom: "ann@out.example", From: "out.example", Raw: []byte(signed(signed(letter, "nokey.example"), "out.example"))}, Verdict{SPF: Fail, DKIM: Pass, DMARC: Pass}, false},
		{"a signature without a key", withKey, Message{Remote: bad, MailFrom: "ann@out.example", From: "out.example", Raw: []byte(signed(letter, "nokey.example"))}, Verdict{SPF: Fail, DKIM: PermError, DMARC: Fail, Policy: Quarantine}, true},
		{"a key that cannot be looked up is no failure", with(plain, "s._domainkey.out.example", "SERVFAIL"), Message{Remote: bad, MailFrom: "ann@out.example", From: "out.example", Raw: []byte(signed(letter, "out.example"))}, Verdict{SPF: Fail, DKIM: TempError, DMARC: TempError, Policy: Quarantine}, false},
		{"another's key that cannot be looked up excuses nothing", with(plain, "s._domainkey.else.example", "SERVFAIL"), Message{Remote: bad, MailFrom: "ann@out.example", From: "out.example", Raw: []byte(signed(letter, "else.example"))}, Verdict{SPF: Fail, DKIM: TempError, DMARC: Fail, Policy: Quarantine}, true},
		{"a header made to keep us busy is not checked", withKey, Message{Remote: bad, MailFrom: "ann@out.example", From: "out.example", Raw: []byte(strings.Repeat("X: y\r\n", fieldsMost+1) + signed(letter, "out.example"))}, Verdict{SPF: Fail, DKIM: PermError, DMARC: Fail, ARC: Fail, Policy: Quarantine}, true},

		{"a policy that cannot be looked up is no policy", with(plain, "_dmarc.out.example", "SERVFAIL"), Message{Remote: bad, MailFrom: "ann@out.example", From: "out.example"}, Verdict{SPF: Fail, DMARC: TempError}, false},
		{"no policy", with(zone{}, "out.example", "v=spf1 -all"), Message{Remote: bad, MailFrom: "ann@out.example", From: "out.example"}, Verdict{SPF: Fail, DMARC: None}, false},
		{"two policies are none", with(plain, "_dmarc.out.example", "v=DMARC1; p=reject|v=DMARC1; p=none"), Message{Remote: bad, MailFrom: "ann@out.example", From: "out.example"}, Verdict{SPF: Fail, DMARC: None}, false},
		{"other text beside it does not matter", with(plain, "_dmarc.out.example", "hello|v=DMARC1; p=reject"), Message{Remote: bad, MailFrom: "ann@out.example", From: "out.example"}, Verdict{SPF: Fail, DMARC: Fail, Policy: Reject}, true},
		{"a policy in capitals, with a wrong tag that is not about policy", with(plain, "_dmarc.out.example", "v = DMARC1 ;P=Reject; rf=nonsense; ri=x;"), Message{Remote: bad, MailFrom: "ann@out.example", From: "out.example"}, Verdict{SPF: Fail, DMARC: Fail, Policy: Reject}, true},
		{"a policy that makes no sense", with(plain, "_dmarc.out.example", "v=DMARC1; p=maybe"), Message{Remote: bad, MailFrom: "ann@out.example", From: "out.example"}, Verdict{SPF: Fail, DMARC: PermError}, false},
		{"p=none asks for delivery", with(plain, "_dmarc.out.example", "v=DMARC1; p=none"), Message{Remote: bad, MailFrom: "ann@out.example", From: "out.example"}, Verdict{SPF: Fail, DMARC: Fail, Policy: Deliver}, false},
		{"a subdomain without a policy gets its organisation's", plain, Message{Remote: bad, MailFrom: "x@hr.out.example", From: "hr.out.example"}, Verdict{SPF: None, DMARC: Fail, Policy: Quarantine}, true},
		{"and the one for subdomains if there is one", with(plain, "_dmarc.out.example", "v=DMARC1; p=reject; sp=none"), Message{Remote: bad, MailFrom: "x@hr.out.example", From: "hr.out.example"}, Verdict{SPF: None, DMARC: Fail, Policy: Deliver}, false},
		{"which is not for the organisation itself", with(plain, "_dmarc.out.example", "v=DMARC1; p=reject; sp=none"), Message{Remote: bad, MailFrom: "x@out.example", From: "out.example"}, Verdict{SPF: Fail, DMARC: Fail, Policy: Reject}, true},
		{"reject for 0 per cent is quarantine for all", with(plain, "_dmarc.out.example", "v=DMARC1; p=reject; pct=0"), Message{Remote: bad, MailFrom: "x@out.example", From: "out.example"}, Verdict{SPF: Fail, DMARC: Fail, Policy: Quarantine}, true},
		{"quarantine for 0 per cent is delivery for all", with(plain, "_dmarc.out.example", "v=DMARC1; p=quarantine; pct=0"), Message{Remote: bad, MailFrom: "x@out.example", From: "out.example"}, Verdict{SPF: Fail, DMARC: Fail, Policy: Deliver}, false},
		{"no From, or several", plain, Message{Remote: good, MailFrom: "ann@out.example"}, Verdict{SPF: Pass, DMARC: PermError}, false},
		{"a domain in letters beyond ASCII", with(zone{}, "_dmarc.xn--grn-ioa.example", "v=DMARC1; p=reject", "xn--grn-ioa.example", "v=spf1 ip4:192.0.2.1 -all"), Message{Remote: good, MailFrom: "x@xn--grn-ioa.example", From: "Grün.example"}, Verdict{SPF: Pass, DMARC: Pass}, false},

		{"an SPF record that needs too many lookups", with(plain, "out.example", "v=spf1 include:out.example -all"), Message{Remote: bad, MailFrom: "ann@out.example", From: "out.example"}, Verdict{SPF: PermError, DMARC: Fail, Policy: Quarantine}, true},
		{"an SPF record out of reach", with(plain, "out.example", "v=spf1 a:host.out.example -all", "A host.out.example", "SERVFAIL"), Message{Remote: bad, MailFrom: "ann@out.example", From: "out.example"}, Verdict{SPF: TempError, DMARC: TempError, Policy: Quarantine}, false},
		{"behind a relay of our own SPF cannot be told", plain, Message{Remote: netip.MustParseAddr("10.0.0.7"), MailFrom: "ann@out.example", From: "out.example"}, Verdict{SPF: None, DMARC: None, Policy: Quarantine}, false},
		{"nor where nobody noted the address", plain, Message{MailFrom: "ann@out.example", From: "out.example"}, Verdict{SPF: None, DMARC: None, Policy: Quarantine}, false},
	} {
		t.Run(row.rule, func(t *testing.T) {
			if row.m.Raw == nil {
				row.m.Raw = []byte(letter)
			}
			got := Check(t.Context(), Options{DNS: row.zone.resolver()}, row.m)
			for _, part := range []struct {
				name      string
				got, want Result
			}{{"SPF", got.SPF, row.want.SPF}, {"DKIM", got.DKIM, orNone(row.want.DKIM)}, {"DMARC", got.DMARC, row.want.DMARC}, {"ARC", got.ARC, orNone(row.want.ARC)}} {
				if part.got != part.want {
					t.Errorf("%s: got %s, want %s\n%s", part.name, part.got, part.want, got.Detail)
				}
			}
			if got.DMARC != Pass && got.Policy != row.want.Policy {
				t.Errorf("got policy %q, want %q\n%s", got.Policy, row.want.Policy, got.Detail)
			}
			if got.Quarantines() != row.set {
				t.Errorf("quarantines: got %v, want %v\n%s", got.Quarantines(), row.set, got.Detail)
			}
			if lines := strings.Count(got.Detail, "\n"); lines != 3 {
				t.Errorf("got %q, want a line for each of four checks", got.Detail)
			}
		})
	}
}

func orNone(r Result) Result {
	if r == "" {
		return None
	}
	return r
}

func TestShareOfMessages(t *testing.T) {
	w := wish{Policy: Reject, Share: 30}
	n := 0
	for i := range 1000 {
		raw := []byte{byte(i), byte(i >> 8)}
		if w.forThis(raw) == Reject {
			n++
		}
		if first, again := w.forThis(raw), w.forThis(raw); first != again {
			t.Fatal("the same message got two answers")
		}
	}
	if n < 240 || n > 360 {
		t.Errorf("got %d of 1000 messages, want about 300", n)
	}
}

func TestDetailIsForPeople(t *testing.T) {
	got := Check(t.Context(), Options{DNS: plain.resolver()}, Message{Remote: netip.MustParseAddr("198.51.100.9"), MailFrom: "ann@out.example", From: "out.example", Raw: []byte(letter)})
	want := `SPF fail: 198.51.100.9 sending for out.example (matched all).
DKIM none.
DMARC fail: neither SPF nor a signature stands for out.example; out.example asks for quarantine.
ARC none.`
	if got.Detail != want {
		t.Errorf("got\n%s\nwant\n%s", got.Detail, want)
	}
}

// Name servers that hang must not hang the intake of mail.
func TestCheckEndsInTime(t *testing.T) {
	for _, row := range []struct {
		rule string
		hang func(ctx context.Context, forever chan bool) error
	}{
		{"a resolver that minds its context", func(ctx context.Context, _ chan bool) error { <-ctx.Done(); return ctx.Err() }},
		{"a resolver that does not", func(_ context.Context, forever chan bool) error { <-forever; return errors.New("at last") }},
	} {
		t.Run(row.rule, func(t *testing.T) {
			raw := []byte(sign(t, letter, "out.example", "relaxed", keys().ed))
			synctest.Test(t, func(t *testing.T) {
				forever := make(chan bool)
				defer close(forever)
				dns := Resolver{
					TXT: func(ctx context.Context, _ string) ([]string, error) { return nil, row.hang(ctx, forever) },
					MX:  func(ctx context.Context, _ string) ([]*net.MX, error) { return nil, row.hang(ctx, forever) },
					IP:  func(ctx context.Context, _ string) ([]net.IPAddr, error) { return nil, row.hang(ctx, forever) },
					PTR: func(ctx context.Context, _ string) ([]string, error) { return nil, row.hang(ctx, forever) },
				}
				began := time.Now()
				got := Check(t.Context(), Options{DNS: dns}, Message{Remote: netip.MustParseAddr("192.0.2.1"), MailFrom: "ann@out.example", From: "out.example", Raw: raw})
				if took := time.Since(began); took > within {
					t.Errorf("took %v, want at most %v", took, within)
				}
				if got.SPF != TempError || got.DKIM != TempError || got.DMARC != TempError || got.Quarantines() {
					t.Errorf("got %+v, want that nothing could be told, and nothing is quarantined", got)
				}
			})
		})
	}
}

func TestPanicIsNoVerdict(t *testing.T) {
	dns := plain.resolver()
	dns.TXT = func(context.Context, string) ([]string, error) { panic("ouch") }
	got := Check(t.Context(), Options{DNS: dns}, Message{Remote: netip.MustParseAddr("192.0.2.1"), MailFrom: "ann@out.example", From: "out.example", Raw: []byte(letter)})
	if got.DMARC != TempError || got.Quarantines() {
		t.Errorf("got %+v, want that nothing could be told", got)
	}
}

// chain returns the message that two hands sealed, and the names it needs:
// made by the Python library dkimpy, so that not our own reading of the rules alone is tested.
func chain(t *testing.T) (string, zone) {
	t.Helper()
	raw, err := os.ReadFile("testdata/arc.eml")
	names, err2 := os.ReadFile("testdata/arc.zone")
	if err := errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	z := with(plain)
	for line := range strings.Lines(string(names)) {
		name, text, _ := strings.Cut(strings.TrimSpace(line), " ")
		z[name] = text
	}
	return string(raw), z
}

func TestARC(t *testing.T) {
	raw, names := chain(t)
	swap := func(old, new string) string {
		if !strings.Contains(raw, old) {
			t.Fatalf("the message does not contain %q", old)
		}
		return strings.Replace(raw, old, new, 1)
	}
	without := func(field string) string {
		at := strings.Index(raw, field)
		end := at + strings.Index(raw[at:], "\r\n")
		for raw[end+2] == ' ' {
			end += 2 + strings.Index(raw[end+2:], "\r\n")
		}
		return raw[:at] + raw[end+2:]
	}
	for _, row := range []struct {
		rule, raw string
		names     zone
		believed  string
		want      Result
		set       bool
	}{
		{"two seals that hold", raw, names, "", Pass, true},
		{"the seal of one who is believed lifts the quarantine", raw, names, "Relay.example", Pass, false},
		{"the seal of one before does not", raw, names, "lists.example", Pass, true},
		{"a broken chain lifts nothing", swap("smokes  again", "burns again"), names, "relay.example", Fail, true},
		{"a changed subject", swap("The   printer", "The other printer"), names, "", Fail, true},
		{"folded otherwise it is the same", swap("The   printer", "The printer"), names, "", Pass, true},
		{"a field that is not signed may be added", "X-Other: yes\r\n" + raw, names, "", Pass, true},
		{"what the first saw was changed", swap("i=1; lists.example; spf=pass", "i=1; lists.example; spf=fail"), names, "", Fail, true},
		{"the first seal is gone", without("ARC-Seal: i=1"), names, "", Fail, true},
		{"the last signature is gone", without("ARC-Message-Signature: i=2"), names, "", Fail, true},
		{"a seal twice", "ARC-Seal: i=2; cv=pass; a=rsa-sha256; d=relay.example; s=s2; b=AAAA\r\n" + raw, names, "", Fail, true},
		{"a seal that found the chain broken", swap("i=2; cv=pass", "i=2; cv=fail"), names, "", Fail, true},
		{"a number beyond all reason", "ARC-Seal: i=99999999; cv=pass\r\n" + raw, names, "", Fail, true},
		{"no key", raw, with(names, "s1._domainkey.lists.example", "v=DKIM1; p="), "", Fail, true},
		{"a key out of reach", raw, with(names, "s2._domainkey.relay.example", "SERVFAIL"), "", TempError, true},
		{"no seals", letter, names, "", None, true},
	} {
		t.Run(row.rule, func(t *testing.T) {
			o := Options{DNS: row.names.resolver()}
			if row.believed != "" {
				o.Sealers = []string{row.believed}
			}
			got := Check(t.Context(), o, Message{Remote: netip.MustParseAddr("198.51.100.9"), MailFrom: "list@relay.example", From: "out.example", Raw: []byte(row.raw)})
			if got.ARC != row.want {
				t.Errorf("got %s, want %s\n%s", got.ARC, row.want, got.Detail)
			}
			if got.Quarantines() != row.set {
				t.Errorf("quarantines: got %v, want %v\n%s", got.Quarantines(), row.set, got.Detail)
			}
		})
	}
}

// Our own reading of a signature must be that of the DKIM library.
func TestSignatureAgreesWithTheLibrary(t *testing.T) {
	for _, body := range []string{"", "\r\n", "x", "x\r\n\r\n\r\n", " \r\n\t\r\n", "a  b\t c \r\n  d\r\n \r\n", "one\r\n\r\ntwo\r\n \r\n\r\n", "Grüße\r\n"} {
		for _, canon := range []string{"simple", "relaxed"} {
			raw := sign(t, "From:  Ann\r\n <ann@out.example>\r\nX-A:\t b \r\nx-a: c\r\nSubject:\r\n\r\n"+body, "out.example", canon, keys().ed)
			fields, rest := splitHeader([]byte(raw))
			s := parseSignature(fields[0])
			if err := s.verify(t.Context(), zone{"s._domainkey.out.example": edRecord()}.resolver(), s.over(fields), rest); err != nil {
				t.Errorf("%s, body %q: got %v, want that it holds", canon, body, err)
			}
			s = parseSignature(fields[0])
			if err := s.verify(t.Context(), zone{"s._domainkey.out.example": edRecord()}.resolver(), s.over(fields), append(rest, 'x')); err == nil {
				t.Errorf("%s, body %q: a changed body holds", canon, body)
			}
		}
	}
}

func FuzzCheck(f *testing.F) {
	f.Add([]byte(letter))
	raw, _ := os.ReadFile("testdata/arc.eml")
	f.Add(raw)
	f.Add([]byte("DKIM-Signature: v=1; a=rsa-sha256; d=out.example; s=s; h=from; bh=; b=\r\nDKIM-Signature: v=1\r\n\r\n"))
	z := with(plain, "s._domainkey.out.example", edRecord())
	f.Fuzz(func(t *testing.T, raw []byte) {
		got := Check(t.Context(), Options{DNS: z.resolver()}, Message{Remote: netip.MustParseAddr("198.51.100.9"), MailFrom: "ann@out.example", From: "out.example", Raw: raw})
		if got.DKIM == Pass || got.ARC == Pass && !bytes.Contains(raw, []byte("ARC-Seal")) || got.DMARC == Pass {
			t.Errorf("got %+v of a message that nobody signed", got)
		}
	})
}
