package mustertest

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"
)

var base64url = base64.RawURLEncoding

// PushBrowser is the side of a browser in Web Push, which reads what it is sent in its own way.
type PushBrowser struct {
	private *ecdh.PrivateKey
	auth    []byte
}

// NewPushBrowser returns a browser with keys of its own.
func NewPushBrowser(t *testing.T) PushBrowser {
	t.Helper()
	private, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return PushBrowser{private, []byte(rand.Text()[:16])}
}

// Public is the browser's key as it tells it: base64url.
func (b PushBrowser) Public() string {
	return base64url.EncodeToString(b.private.PublicKey().Bytes())
}

// Auth is the browser's secret as it tells it: base64url.
func (b PushBrowser) Auth() string { return base64url.EncodeToString(b.auth) }

func mac(key []byte, parts ...[]byte) []byte {
	h := hmac.New(sha256.New, key)
	for _, p := range parts {
		h.Write(p)
	}
	return h.Sum(nil)
}

// Read decrypts a message by RFC 8188 and 8291, step by step as they say it.
func (b PushBrowser) Read(t *testing.T, body []byte) string {
	t.Helper()
	salt, sender, sealed := body[:16], body[21:21+int(body[20])], body[21+int(body[20]):]
	public, err := ecdh.P256().NewPublicKey(sender)
	if err != nil {
		t.Fatal(err)
	}
	shared, err := b.private.ECDH(public)
	if err != nil {
		t.Fatal(err)
	}
	ikm := mac(mac(b.auth, shared), []byte("WebPush: info\x00"), b.private.PublicKey().Bytes(), sender, []byte{1})
	prk := mac(salt, ikm)
	block, err := aes.NewCipher(mac(prk, []byte("Content-Encoding: aes128gcm\x00\x01"))[:16])
	if err != nil {
		t.Fatal(err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := aead.Open(nil, mac(prk, []byte("Content-Encoding: nonce\x00\x01"))[:12], sealed, nil)
	if err != nil || len(plain) == 0 || plain[len(plain)-1] != 2 || len(body) > 4096 {
		t.Fatalf("the browser cannot read it: %v", err)
	}
	return string(plain[:len(plain)-1])
}

// Vapid is what a push service learns of who sends.
type Vapid struct {
	Key      string `json:"-"` // base64url
	Aud, Sub string
	Exp      int64
}

// ReadVapid checks the header by which a push service knows who sends, as RFC 8292 has it.
func ReadVapid(authorization string) (v Vapid, err error) {
	token, key, ok := strings.Cut(strings.TrimPrefix(authorization, "vapid t="), ", k=")
	parts := strings.Split(token, ".")
	if !ok || len(parts) != 3 {
		return v, fmt.Errorf("%q is no header of RFC 8292", authorization)
	}
	raw, err1 := base64url.DecodeString(key)
	head, err2 := base64url.DecodeString(parts[0])
	claims, err3 := base64url.DecodeString(parts[1])
	signature, err4 := base64url.DecodeString(parts[2])
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		return v, err
	}
	var h struct{ Typ, Alg string }
	if err := errors.Join(json.Unmarshal(head, &h), json.Unmarshal(claims, &v)); err != nil || h.Typ != "JWT" || h.Alg != "ES256" {
		return v, fmt.Errorf("the token is %+v %s: %v", h, claims, err)
	}
	v.Key = key
	public, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), raw)
	if err != nil {
		return v, err
	}
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if len(signature) != 64 || !ecdsa.Verify(public, sum[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])) {
		return v, errors.New("the signature is not that of the key")
	}
	return v, nil
}
