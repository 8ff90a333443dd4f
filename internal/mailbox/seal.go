package mailbox

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"fmt"

	"muster/internal/fault"
)

// seal closes the secrets of an inbox; those that are not given stay what they were.
func (o *Office) seal(in, was Inbox) (Inbox, error) {
	in.IMAP.Sealed, in.DKIM.Sealed = was.IMAP.Sealed, was.DKIM.Sealed
	for _, s := range []struct {
		plain, sealed *string
		what          string
	}{{&in.IMAP.Password, &in.IMAP.Sealed, "imap"}, {&in.DKIM.Key, &in.DKIM.Sealed, "dkim"}} {
		if *s.plain == "" {
			continue
		}
		var err error
		if *s.sealed, err = o.close(*s.plain, in.Workspace+"/"+in.ID+"/"+s.what); err != nil {
			return in, err
		}
		*s.plain = ""
	}
	return in, nil
}

// Unseal returns an inbox with its password and its key open.
func (o *Office) Unseal(in Inbox) (Inbox, error) {
	var err error
	if in.IMAP.Password, err = o.open(in.IMAP.Sealed, in.Workspace+"/"+in.ID+"/imap"); err != nil {
		return in, err
	}
	in.DKIM.Key, err = o.open(in.DKIM.Sealed, in.Workspace+"/"+in.ID+"/dkim")
	return in, err
}

func (o *Office) cipher() (cipher.AEAD, error) {
	block, err := aes.NewCipher(o.marks.Key("seal"))
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// close seals a secret for one place: moved elsewhere, it does not open.
func (o *Office) close(plain, place string) (string, error) {
	aead, err := o.cipher()
	if err != nil {
		return "", fmt.Errorf("seal a secret: %w", err)
	}
	nonce := make([]byte, aead.NonceSize())
	rand.Read(nonce)
	return base64.StdEncoding.EncodeToString(aead.Seal(nonce, nonce, []byte(plain), []byte(place))), nil
}

func (o *Office) open(sealed, place string) (string, error) {
	if sealed == "" {
		return "", nil
	}
	aead, err := o.cipher()
	if err != nil {
		return "", fmt.Errorf("open a secret: %w", err)
	}
	b, err := base64.StdEncoding.DecodeString(sealed)
	if err == nil && len(b) > aead.NonceSize() {
		var plain []byte
		if plain, err = aead.Open(nil, b[:aead.NonceSize()], b[aead.NonceSize():], []byte(place)); err == nil {
			return string(plain), nil
		}
	}
	return "", fault.New(fault.Conflict, "A stored password does not open: MUSTER_SECRET is not the one it was sealed with. Enter the password again.")
}
