package notify

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"net/url"
	"sync"
	"time"

	"muster/internal/reach"
)

// Web Push, by RFC 8030 (the request), 8188 and 8291 (how it is encrypted for one
// browser) and 8292 (how a push service knows who sends).

var base64url = base64.RawURLEncoding

// Keys are what push services and browsers know an installation by.
type Keys struct {
	private *ecdsa.PrivateKey
	Public  string // for the page that asks a browser: base64url
	contact string // whom a push service may write to
}

// NewKeys makes the keys of an installation from its secret, the same each time, on every node.
func NewKeys(secret []byte, contact string) (Keys, error) {
	wide, err := hkdf.Key(sha256.New, secret, nil, "muster web push", 48)
	if err != nil {
		return Keys{}, err
	}
	// 48 bytes, so that no key is likelier than another; 1 to n-1, so that it is one.
	n := new(big.Int).Sub(elliptic.P256().Params().N, big.NewInt(1))
	d := new(big.Int).Add(new(big.Int).Mod(new(big.Int).SetBytes(wide), n), big.NewInt(1))
	private, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), d.FillBytes(make([]byte, 32)))
	if err != nil {
		return Keys{}, err
	}
	public, err := private.PublicKey.Bytes()
	return Keys{private, base64url.EncodeToString(public), contact}, err
}

// authorization is the header by which a push service knows us.
func (k Keys) authorization(endpoint string, now time.Time) (string, error) {
	u, err := url.Parse(endpoint)
	if err != nil {
		return "", err
	}
	claims, err := json.Marshal(map[string]any{"aud": u.Scheme + "://" + u.Host, "exp": now.Add(12 * time.Hour).Unix(), "sub": k.contact})
	if err != nil {
		return "", err
	}
	signed := base64url.EncodeToString([]byte(`{"typ":"JWT","alg":"ES256"}`)) + "." + base64url.EncodeToString(claims)
	sum := sha256.Sum256([]byte(signed))
	r, s, err := ecdsa.Sign(rand.Reader, k.private, sum[:])
	if err != nil {
		return "", err
	}
	signature := append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...)
	return fmt.Sprintf("vapid t=%s.%s, k=%s", signed, base64url.EncodeToString(signature), k.Public), nil
}

const recordSize = 4096 // of the one record that a message is

// encrypt encrypts a message for one browser, with a key and a salt of this message's own.
func encrypt(message, public, auth, salt []byte, own *ecdh.PrivateKey) ([]byte, error) {
	browser, err := ecdh.P256().NewPublicKey(public)
	if err != nil {
		return nil, err
	}
	shared, err := own.ECDH(browser)
	if err != nil {
		return nil, err
	}
	ours := own.PublicKey().Bytes()
	about := bytes.Join([][]byte{[]byte("WebPush: info\x00"), public, ours}, nil)
	ikm, err1 := hkdf.Key(sha256.New, shared, auth, string(about), 32)
	key, err2 := hkdf.Key(sha256.New, ikm, salt, "Content-Encoding: aes128gcm\x00", 16)
	nonce, err3 := hkdf.Key(sha256.New, ikm, salt, "Content-Encoding: nonce\x00", 12)
	if err := errors.Join(err1, err2, err3); err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	head := binary.BigEndian.AppendUint32(bytes.Clone(salt), recordSize)
	head = append(append(head, byte(len(ours))), ours...)
	return aead.Seal(head, nonce, append(bytes.Clone(message), 2), nil), nil // 2: the last record
}

// wakeup is what the browser shows.
type wakeup struct {
	Title string `json:"title"`
	Body  string `json:"body"`
	Tag   string `json:"tag"` // another with the same takes its place
	Path  string `json:"path"`
}

const keepFor = "86400" // seconds for which a push service keeps it for a browser that is not there

// longestPush bounds what is encrypted: push services take 4,096 bytes in all.
const longestPush = 3000

func newWakeup(ready []way) wakeup {
	last := ready[len(ready)-1].item
	if len(ready) == 1 {
		return wakeup{Title: short(last.headline(), 200), Body: short(last.Words, 500), Tag: last.ID, Path: "/inbox/" + last.ID}
	}
	return wakeup{Title: fmt.Sprintf("%d notices", len(ready)), Body: short(last.headline(), 200), Tag: last.ID, Path: "/inbox"}
}

func short(s string, characters int) string {
	if r := []rune(s); len(r) > characters {
		return string(r[:characters-1]) + "…"
	}
	return s
}

// wake sends what is due to all browsers at once: none waits for another's push service.
func (b *Bell) wake(ctx context.Context, browsers []Browser, ready []way) (got pushed) {
	message, err := json.Marshal(newWakeup(ready))
	if err != nil || len(message) > longestPush {
		got.why = "The notice cannot be written so that a browser could read it."
		return got
	}
	urgency := "normal"
	for _, w := range ready {
		if w.item.Urgent {
			urgency = "high"
		}
	}
	answers, errs := make([]reach.Answer, len(browsers)), make([]error, len(browsers))
	var all sync.WaitGroup
	for i, browser := range browsers {
		all.Go(func() { answers[i], errs[i] = b.wakeOne(ctx, browser, message, urgency) })
	}
	all.Wait()
	for i, browser := range browsers {
		answer, err := answers[i], errs[i]
		switch {
		case err != nil:
			got.again, got.why = got.again || !reach.Forbidden(err), fmt.Sprintf("The push service of %s did not answer: %s.", browser.Name, err)
		case answer.Status == 404 || answer.Status == 410:
			got.gone = append(got.gone, browser.ID)
		case answer.Status >= 200 && answer.Status < 300:
			got.reached = append(got.reached, browser.ID)
		default:
			got.again = got.again || answer.Status == 429 || answer.Status >= 500
			got.why = fmt.Sprintf("The push service of %s answered %d.", browser.Name, answer.Status)
		}
	}
	return got
}

func (b *Bell) wakeOne(ctx context.Context, browser Browser, message []byte, urgency string) (reach.Answer, error) {
	public, err1 := base64url.DecodeString(browser.Public)
	auth, err2 := base64url.DecodeString(browser.Auth)
	own, err3 := ecdh.P256().GenerateKey(rand.Reader)
	if err := errors.Join(err1, err2, err3); err != nil {
		return reach.Answer{}, err
	}
	salt := make([]byte, 16)
	rand.Read(salt)
	body, err := encrypt(message, public, auth, salt, own)
	if err != nil {
		return reach.Answer{}, err
	}
	authorization, err := b.Keys.authorization(browser.Endpoint, time.Now())
	if err != nil {
		return reach.Answer{}, err
	}
	return b.Post(ctx, reach.Request{URL: browser.Endpoint, Body: body, Header: map[string]string{"Content-Type": "application/octet-stream",
		"Content-Encoding": "aes128gcm", "TTL": keepFor, "Urgency": urgency, "Authorization": authorization}})
}
