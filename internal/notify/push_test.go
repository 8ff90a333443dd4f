package notify

import (
	"crypto/ecdh"
	"crypto/rand"
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

func (w *world) subscribe(name string) mustertest.PushBrowser {
	w.t.Helper()
	b := mustertest.NewPushBrowser(w.t)
	mustertest.Do(w.t, w.DB, w.ann, func(tx *db.Tx) error {
		return w.bell.Subscribe(tx, Browser{Endpoint: "https://push.example/" + name, Public: b.Public(), Auth: b.Auth(), Name: "Firefox on Linux"})
	})
	return b
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
	got, err := mustertest.ReadVapid(header)
	if err != nil || got.Key != keys.Public || got.Aud != "https://push.example:8443" || got.Sub != "https://desk.example" || got.Exp <= now.Unix() || got.Exp > now.Add(24*time.Hour).Unix() {
		t.Errorf("got %+v, %v", got, err)
	}
}

// A browser's word is checked: its address and its keys.
func TestSubscribe(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		key := w.subscribe("a")
		public, auth := key.Public(), key.Auth()
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
