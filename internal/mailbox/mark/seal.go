package mark

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"

	"muster/internal/fault"
)

func (s Signer) cipher() (cipher.AEAD, error) {
	mac := hmac.New(sha256.New, s.secret)
	mac.Write([]byte("key\x00seal"))
	block, err := aes.NewCipher(mac.Sum(nil))
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// Seal closes a text for one place: moved elsewhere, it does not open.
func (s Signer) Seal(plain, place string) (string, error) {
	aead, err := s.cipher()
	if err != nil {
		return "", fmt.Errorf("seal a secret: %w", err)
	}
	nonce := make([]byte, aead.NonceSize())
	rand.Read(nonce)
	return base64.StdEncoding.EncodeToString(aead.Seal(nonce, nonce, []byte(plain), []byte(place))), nil
}

// Unseal opens what was sealed for a place. Nothing opens to nothing.
func (s Signer) Unseal(sealed, place string) (string, error) {
	if sealed == "" {
		return "", nil
	}
	aead, err := s.cipher()
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
