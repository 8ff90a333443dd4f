package smarthost

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"strings"
	"testing"

	"github.com/emersion/go-msgauth/dkim"

	"muster/internal/fault"
)

func TestParse(t *testing.T) {
	for _, row := range []struct {
		address string
		want    string // as String writes it
	}{
		{"smtp://mail.example", "smtp://mail.example:25?tls=opportunistic"},
		{"smtp://ann:p%40ss@mail.example", "smtp://ann@mail.example:587?tls=required"},
		{"smtp://ann:pass@mail.example:2525?tls=none", "smtp://ann@mail.example:2525?tls=none"},
		{"smtp://ann:pass@127.0.0.1:2525", "smtp://ann@127.0.0.1:2525?tls=opportunistic"},
		{"smtps://ann:pass@mail.example/", "smtps://ann@mail.example:465?tls=required"},
		{"smtp://[2001:db8::1]:26?tls=required", "smtp://[2001:db8::1]:26?tls=required"},
		{" smtps://ann%40example.com:pass@mail.example?tls=opportunistic ", "smtps://ann%40example.com@mail.example:465?tls=opportunistic"},
	} {
		c, err := Parse(row.address)
		if err != nil || c.String() != row.want {
			t.Errorf("%s: got %s, %v; want %s", row.address, c, err, row.want)
		}
	}
	if c, err := Parse("smtp://ann:p%40ss@mail.example"); err != nil || c.Password != "p@ss" {
		t.Errorf("got the password %q, %v; want p@ss", c.Password, err)
	}
}

func TestParseRefuses(t *testing.T) {
	for _, row := range []struct{ rule, address, want string }{
		{"nothing", "", "must begin with smtp:// or smtps://"},
		{"another scheme", "smpt://ann:s3cret@mail.example", "must begin with smtp:// or smtps://"},
		{"no scheme", "mail.example:25", "must begin with smtp:// or smtps://"},
		{"no host", "smtp://ann:s3cret@", "names no host"},
		{"a password that is not escaped", "smtp://ann:s3cret%zz@mail.example", "write special characters of the user or the password as %XX"},
		{"a password with a slash", "smtp://ann:s3cret/x@mail.example", "special characters"},
		{"a port that is none", "smtp://mail.example:99999", `has the port "99999", which is not between 1 and 65535`},
		{"a path", "smtp://mail.example/inbox", `goes on with "/inbox"`},
		{"a user alone", "smtp://ann@mail.example", "needs both a user and a password"},
		{"a setting there is not", "smtp://mail.example?ssl=yes", `has the setting "ssl", but there is only tls=`},
		{"encryption there is not", "smtp://mail.example?tls=yes", "says tls=yes, which is none of required, opportunistic and none"},
		{"smtps in the clear", "smtps://mail.example?tls=none", "smtps://, which is encrypted, and tls=none, which is not"},
	} {
		t.Run(row.rule, func(t *testing.T) {
			_, err := Parse(row.address)
			if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), row.want) {
				t.Errorf("got %v, want %s", err, row.want)
			}
			if err != nil && strings.Contains(err.Error(), "s3cret") {
				t.Errorf("got %v, which shows the password", err)
			}
		})
	}
}

func writePEM(t *testing.T, kind string, der []byte, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

func pkcs8(t *testing.T, key any) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	return writePEM(t, "PRIVATE KEY", der, err)
}

func TestSign(t *testing.T) {
	long, err := rsa.GenerateKey(rand.Reader, 2048)
	_, ed, err2 := ed25519.GenerateKey(rand.Reader)
	if err := errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	const raw = "From: help@desk.example\nTo: ann@out.example\nSubject: Re:  Printer\n\nPut it out.\n\n"
	for rule, text := range map[string]string{
		"rsa, PKCS #8":     pkcs8(t, long),
		"rsa, PKCS #1":     "\n\n  " + writePEM(t, "RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(long), nil),
		"ed25519, PKCS #8": pkcs8(t, ed),
	} {
		t.Run(rule, func(t *testing.T) {
			key, err := Key(text)
			if err != nil {
				t.Fatal(err)
			}
			record, err := Record(key)
			signed, err2 := Sign([]byte(raw), "desk.example", "m1", key)
			if err := errors.Join(err, err2); err != nil {
				t.Fatal(err)
			}
			if got := strings.ReplaceAll(string(signed[bytes.Index(signed, []byte("From: help")):]), "\r\n", "\n"); got != raw {
				t.Errorf("got %q, want the message as it was", got)
			}
			check := func(raw []byte) error {
				found, err := dkim.VerifyWithOptions(bytes.NewReader(raw), &dkim.VerifyOptions{LookupTXT: func(name string) ([]string, error) {
					if name != "m1._domainkey.desk.example" {
						t.Errorf("looked up %s", name)
					}
					return []string{record}, nil
				}})
				if err != nil || len(found) != 1 {
					t.Fatalf("got %v, %v", found, err)
				}
				return found[0].Err
			}
			if err := check(signed); err != nil {
				t.Errorf("got %v, want a signature that holds", err)
			}
			for _, change := range [][2]string{{"out.\r\n", "in.\r\n"}, {"Printer", "Scanner"}, {"To: ann", "From: boss@desk.example\r\nTo: ann"}, {"To: ann", "Subject: x\r\nTo: ann"},
				{"From: help", "From: boss@desk.example\r\nFrom: help"}, {"From: help", "Subject: x\r\nFrom: help"}} {
				if err := check(bytes.Replace(signed, []byte(change[0]), []byte(change[1]), 1)); err == nil {
					t.Errorf("with %q for %q the signature holds all the same", change[1], change[0])
				}
			}
		})
	}
	if _, err := Sign([]byte("no header"), "desk.example", "m1", ed); err == nil {
		t.Error("a message without a header: got nil, want that it is refused")
	}
}

func TestKeyRefuses(t *testing.T) {
	short, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	public, err := x509.MarshalPKIXPublicKey(short.Public())
	for _, row := range []struct{ rule, text, want string }{
		{"nothing", "", "is not in PEM form"},
		{"bytes without PEM", "MIIBVgIBADANBg", "is not in PEM form"},
		{"the public half", writePEM(t, "PUBLIC KEY", public, err), "is the public half"},
		{"with a password", writePEM(t, "ENCRYPTED PRIVATE KEY", []byte("x"), nil), "is protected by a password"},
		{"cut short", writePEM(t, "PRIVATE KEY", []byte("x"), nil), "cannot be read"},
		{"of another sort", pkcs8(t, ec), "is an ECDSA key"},
	} {
		t.Run(row.rule, func(t *testing.T) {
			if _, err := Key(row.text); !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), row.want) {
				t.Errorf("got %v, want %s", err, row.want)
			}
		})
	}
	if _, err := Key(pkcs8(t, short)); err != nil {
		t.Errorf("1024 bits: got %v, want that it is taken", err)
	}
	if _, err := usable(&rsa.PrivateKey{PublicKey: rsa.PublicKey{N: short.N.Rsh(short.N, 512)}}); err == nil || !strings.Contains(err.Error(), "has 512 bits") {
		t.Errorf("got %v, want that 512 bits are too few", err)
	}
	if _, err := Record(crypto.Signer(ec)); err == nil {
		t.Error("a record of an ECDSA key: got nil, want that there is none")
	}
}

func TestPublished(t *testing.T) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	record, err := Record(key)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		rule  string
		found []string
		err   error
		want  bool
	}{
		{"the record itself", []string{record}, nil, true},
		{"other tags, spaces, and another text beside it", []string{"hello", strings.Replace(record, "p=", "t=s; p = ", 1) + ";"}, nil, true},
		{"another key", []string{"v=DKIM1; k=ed25519; p=AAAA"}, nil, false},
		{"a key that was withdrawn", []string{"v=DKIM1; p="}, nil, false},
		{"nothing", nil, nil, false},
		{"name servers that do not answer", nil, errors.New("no answer"), false},
	} {
		step := Published(t.Context(), func(_ context.Context, name string) ([]string, error) {
			if name != "m1._domainkey.desk.example" {
				t.Errorf("looked up %s", name)
			}
			return row.found, row.err
		}, "desk.example", "m1", key)
		if step.OK != row.want || !row.want && !strings.Contains(step.Detail, record) || !strings.Contains(step.Detail, "m1._domainkey.desk.example") {
			t.Errorf("%s: got %+v, want %v, and what to publish where", row.rule, step, row.want)
		}
	}
}
