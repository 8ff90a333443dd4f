package notify

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"math/big"
	"strings"
	"testing"
	"time"

	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/mustertest"
)

// The example of RFC 8291, appendix A.
func TestEncryption(t *testing.T) {
	bytes := func(s string) []byte {
		b, err := base64url.DecodeString(s)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	own, err := ecdh.P256().NewPrivateKey(bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := encrypt([]byte("When I grow up, I want to be a watermelon"), bytes("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"),
		bytes("BTBZMqHH6r4Tts7J_aSIgg"), bytes("DGv6ra1nlYgDCS1FRnbzlw"), own)
	want := "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
	if err != nil || base64url.EncodeToString(got) != want {
		t.Errorf("got %s, %v; want %s", base64url.EncodeToString(got), err, want)
	}
}

// browserKey is a browser's side, which reads what it is sent in its own way.
type browserKey struct {
	private *ecdh.PrivateKey
	auth    []byte
}

func (w *world) subscribe(name string) browserKey {
	w.t.Helper()
	private, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		w.t.Fatal(err)
	}
	k := browserKey{private, []byte(rand.Text()[:16])}
	mustertest.Do(w.t, w.DB, w.ann, func(tx *db.Tx) error {
		return w.bell.Subscribe(tx, Browser{Endpoint: "https://push.example/" + name, Public: base64url.EncodeToString(private.PublicKey().Bytes()),
			Auth: base64url.EncodeToString(k.auth), Name: "Firefox on Linux"})
	})
	return k
}

func mac(key []byte, parts ...[]byte) []byte {
	h := hmac.New(sha256.New, key)
	for _, p := range parts {
		h.Write(p)
	}
	return h.Sum(nil)
}

// decrypt reads a message by RFC 8188 and 8291, step by step as they say it.
func (k browserKey) decrypt(t *testing.T, body []byte) string {
	t.Helper()
	salt, sender, sealed := body[:16], body[21:21+int(body[20])], body[21+int(body[20]):]
	public, err := ecdh.P256().NewPublicKey(sender)
	if err != nil {
		t.Fatal(err)
	}
	shared, err := k.private.ECDH(public)
	if err != nil {
		t.Fatal(err)
	}
	ikm := mac(mac(k.auth, shared), []byte("WebPush: info\x00"), k.private.PublicKey().Bytes(), sender, []byte{1})
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

// A push service knows us by a signature that is ours, for it, for a while; the keys are the same on every node.
func TestAuthorization(t *testing.T) {
	secret := []byte(strings.Repeat("x", 32))
	keys, err := NewKeys(secret, "https://desk.example")
	if err != nil {
		t.Fatal(err)
	}
	if again, err := NewKeys(secret, ""); err != nil || again.Public != keys.Public {
		t.Errorf("got other keys the second time: %v", err)
	}
	if other, err := NewKeys([]byte(strings.Repeat("y", 32)), ""); err != nil || other.Public == keys.Public {
		t.Errorf("got the same keys of another secret: %v", err)
	}
	now := time.Unix(1_800_000_000, 0)
	header, err := keys.authorization("https://push.example:8443/abc?d", now)
	if err != nil {
		t.Fatal(err)
	}
	token, key, ok := strings.Cut(strings.TrimPrefix(header, "vapid t="), ", k=")
	parts := strings.Split(token, ".")
	if !ok || len(parts) != 3 {
		t.Fatalf("got %q", header)
	}
	raw, err := base64url.DecodeString(key)
	if err != nil || len(raw) != 65 {
		t.Fatalf("got the key %q, %v", key, err)
	}
	public, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), raw)
	if err != nil {
		t.Fatal(err)
	}
	signature, err := base64url.DecodeString(parts[2])
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if err != nil || len(signature) != 64 || !ecdsa.Verify(public, sum[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])) {
		t.Error("the signature is not ours")
	}
	var claims struct {
		Aud, Sub string
		Exp      int64
	}
	b, err := base64url.DecodeString(parts[1])
	if err == nil {
		err = json.Unmarshal(b, &claims)
	}
	if err != nil || claims.Aud != "https://push.example:8443" || claims.Sub != "https://desk.example" || claims.Exp <= now.Unix() || claims.Exp > now.Add(24*time.Hour).Unix() {
		t.Errorf("got %+v, %v", claims, err)
	}
}

// A browser's word is checked: its address and its keys.
func TestSubscribe(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		key := w.subscribe("a")
		public, auth := base64url.EncodeToString(key.private.PublicKey().Bytes()), base64url.EncodeToString(key.auth)
		for field, bad := range map[string]Browser{
			"endpoint": {Endpoint: "https://169.254.169.254/", Public: public, Auth: auth},
			"keys":     {Endpoint: "https://push.example/b", Public: public[:40], Auth: auth},
		} {
			if err := d.Update(w.ann, func(tx *db.Tx) error { return w.bell.Subscribe(tx, bad) }); fault.Fields(err)[field] == "" {
				t.Errorf("%s: got %v, want a word about it", field, err)
			}
		}
		for range mostBrowsers + 2 {
			w.subscribe(rand.Text())
		}
		var all []Browser
		mustertest.See(t, d, w.ann, func(tx *db.Tx) (err error) { all, err = Browsers(tx); return err })
		if len(all) != mostBrowsers {
			t.Errorf("got %d browsers, want %d at most", len(all), mostBrowsers)
		}
		if err := d.Update(w.bob, func(tx *db.Tx) error { return Unsubscribe(tx, all[0].ID) }); !fault.Is(err, fault.NotFound) {
			t.Errorf("Bob removes Ann's browser: %v", err)
		}
		mustertest.Do(t, d, w.ann, func(tx *db.Tx) error { return Unsubscribe(tx, all[0].ID) })
	})
}
