package smarthost

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"

	"github.com/emersion/go-msgauth/dkim"

	"muster/internal/fault"
)

// Key reads a private key for DKIM: PEM, RSA of at least 1024 bits or Ed25519.
func Key(text string) (crypto.Signer, error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil, fault.Field("dkim.key", "The key must be PEM: it begins with -----BEGIN PRIVATE KEY-----.")
	}
	if key, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
		return checkRSA(key)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fault.Field("dkim.key", "The key cannot be read: it is neither PKCS #8 nor PKCS #1.")
	}
	switch key := parsed.(type) {
	case *rsa.PrivateKey:
		return checkRSA(key)
	case ed25519.PrivateKey:
		return key, nil
	}
	return nil, fault.Field("dkim.key", "The key is neither RSA nor Ed25519, which are what DKIM knows.")
}

func checkRSA(key *rsa.PrivateKey) (crypto.Signer, error) {
	if bits := key.N.BitLen(); bits < 1024 {
		return nil, fault.Field("dkim.key", "The RSA key has %d bits; receivers ignore less than 1024.", bits)
	}
	return key, nil
}

// signed are the header fields that a signature covers. Those that are there
// once are named twice, so that nobody can add another.
var signed = []string{"From", "From", "To", "Cc", "Subject", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "Reply-To",
	"MIME-Version", "Content-Type", "Content-Transfer-Encoding", "Auto-Submitted"}

// Sign puts a DKIM signature before a mail whose lines end in CRLF.
func Sign(raw []byte, domain, selector string, key crypto.Signer) ([]byte, error) {
	var out bytes.Buffer
	err := dkim.Sign(&out, bytes.NewReader(raw), &dkim.SignOptions{Domain: domain, Selector: selector, Signer: key, HeaderKeys: signed,
		HeaderCanonicalization: dkim.CanonicalizationRelaxed, BodyCanonicalization: dkim.CanonicalizationRelaxed})
	if err != nil {
		return nil, fmt.Errorf("sign a mail for %s: %w", domain, err)
	}
	return out.Bytes(), nil
}
