package smarthost

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"slices"
	"strings"

	"github.com/emersion/go-msgauth/dkim"

	"muster/internal/fault"
)

// covered are the fields that are signed, if they are there. Those named twice
// are signed as often as they are and once more, so that none can be added.
var covered = []string{"From", "From", "To", "To", "Cc", "Subject", "Subject", "Date", "Message-ID", "Reply-To", "In-Reply-To", "References",
	"MIME-Version", "Content-Type", "Content-Transfer-Encoding", "Auto-Submitted", "List-Unsubscribe", "List-Unsubscribe-Post"}

// Sign returns the message with a DKIM signature of the domain before it, and
// with line ends made CR LF, as it will be sent.
func Sign(raw []byte, domain, selector string, key crypto.Signer) ([]byte, error) {
	raw = crlf(raw)
	var signed bytes.Buffer
	err := dkim.Sign(&signed, bytes.NewReader(raw), &dkim.SignOptions{
		Domain: domain, Selector: selector, Signer: key, Hash: crypto.SHA256, HeaderKeys: covered,
		HeaderCanonicalization: dkim.CanonicalizationRelaxed, BodyCanonicalization: dkim.CanonicalizationRelaxed,
	})
	if err != nil {
		return nil, fmt.Errorf("sign for %s: %w", domain, err)
	}
	return signed.Bytes(), nil
}

// Key reads the private key that mail is signed with: PEM, RSA of 1024
// bits or more, or Ed25519.
func Key(text string) (crypto.Signer, error) {
	block, _ := pem.Decode([]byte(strings.TrimSpace(text) + "\n"))
	if block == nil {
		return nil, wrongKey("is not in PEM form: it must begin with -----BEGIN PRIVATE KEY-----")
	}
	if strings.Contains(block.Type, "PUBLIC") || block.Type == "CERTIFICATE" {
		return nil, wrongKey("is the public half (%s): paste the private key", block.Type)
	}
	if strings.Contains(block.Type, "ENCRYPTED") || block.Headers["Proc-Type"] != "" {
		return nil, wrongKey("is protected by a password: paste it without, as openssl pkey writes it")
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		if key, err = x509.ParsePKCS1PrivateKey(block.Bytes); err != nil {
			return nil, wrongKey("cannot be read: it is neither PKCS #8 nor PKCS #1, or was cut short")
		}
	}
	return usable(key)
}

func usable(key any) (crypto.Signer, error) {
	switch key := key.(type) {
	case *rsa.PrivateKey:
		if n := key.N.BitLen(); n < 1024 {
			return nil, wrongKey("has %d bits: receivers take RSA keys of 1024 bits or more", n)
		}
		return key, nil
	case ed25519.PrivateKey:
		return key, nil
	case *ecdsa.PrivateKey:
		return nil, wrongKey("is an ECDSA key, which DKIM does not know: make an RSA or Ed25519 key")
	}
	return nil, wrongKey("is of a sort that DKIM does not know: make an RSA or Ed25519 key")
}

func wrongKey(format string, args ...any) error {
	return fault.Field("dkim.key", "The DKIM key "+format+".", args...)
}

// Record returns the text to publish at SELECTOR._domainkey.DOMAIN, so that receivers can check the signature.
func Record(key crypto.Signer) (string, error) {
	switch public := key.Public().(type) {
	case *rsa.PublicKey:
		der, err := x509.MarshalPKIXPublicKey(public)
		if err != nil {
			return "", fmt.Errorf("write the DKIM record: %w", err)
		}
		return "v=DKIM1; k=rsa; p=" + base64.StdEncoding.EncodeToString(der), nil
	case ed25519.PublicKey:
		return "v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(public), nil
	}
	return "", wrongKey("is of a sort that DKIM does not know: make an RSA or Ed25519 key")
}

// Published looks whether receivers can check the signature: whether the key
// stands where they look for it. If not, it says what to publish there.
func Published(ctx context.Context, lookup func(ctx context.Context, name string) ([]string, error), domain, selector string, key crypto.Signer) Step {
	name := selector + "._domainkey." + domain
	step := Step{Name: "The DKIM key is published"}
	record, err := Record(key)
	if err != nil {
		step.Detail = fault.Message(err)
		return step
	}
	found, err := lookup(ctx, name)
	step.OK = slices.ContainsFunc(found, func(txt string) bool { return publicKey(txt) == publicKey(record) })
	switch {
	case step.OK:
		step.Detail = name
	case err == nil && len(found) > 0:
		step.Detail = fmt.Sprintf("Another key stands at %s. Publish this TXT record there: %s", name, record)
	default:
		step.Detail = fmt.Sprintf("Nothing was found at %s. Publish this TXT record there: %s", name, record)
	}
	return step
}

// publicKey is what a DKIM record holds of the key.
func publicKey(record string) string {
	for tag := range strings.SplitSeq(record, ";") {
		if name, value, _ := strings.Cut(tag, "="); strings.TrimSpace(name) == "p" {
			return strings.Join(strings.Fields(value), "")
		}
	}
	return ""
}
