package people_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/mustertest"
	"muster/internal/people"
)

func TestHash(t *testing.T) {
	h := people.NewQuickHasher()
	tests := []struct {
		name, password string
		ok             bool
	}{
		{"ten characters", "ten chars!", true},
		{"ten characters that are no ASCII", "ÄÖÜäöüßéèê", true},
		{"nine characters", "nine char", false},
		{"nine characters of many bytes", "ÄÖÜäöüßéè", false},
		{"more than anybody types", strings.Repeat("x", 1001), false},
	}
	for _, tt := range tests {
		hash, err := h.Hash(t.Context(), tt.password)
		if (err == nil) != tt.ok || !tt.ok && fault.Fields(err)["password"] == "" {
			t.Errorf("%s: got %v, want accepted = %v", tt.name, err, tt.ok)
		}
		if tt.ok && !strings.HasPrefix(string(hash), "$argon2id$v=19$") || hash.String() != "[hash]" {
			t.Errorf("%s: got the hash %q, shown as %s", tt.name, string(hash), hash)
		}
	}
	if a, b := mustHash(t, h), mustHash(t, h); a == b {
		t.Error("got the same hash twice, want a salt")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range 3 { // whoever has gone does not keep a turn
		h.Hash(ctx, password)
	}
	mustHash(t, h)
}

func mustHash(t *testing.T, h *people.Hasher) people.Hash {
	t.Helper()
	hash, err := h.Hash(t.Context(), password)
	if err != nil {
		t.Fatal(err)
	}
	return hash
}

// What is served protects passwords as the design says.
func TestTheHasherToServeWith(t *testing.T) {
	if got, want := string(mustHash(t, people.NewHasher())), "$argon2id$v=19$m=65536,t=2,p=1$"; !strings.HasPrefix(got, want) {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestGate(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d)
		o := k.other(t)
		bob, gone := k.addUser(t, "bob@example.com", "customer-support"), k.addUser(t, "gone@example.com", "customer-support")
		mustertest.Do(t, d, k.ann, func(tx *db.Tx) error {
			if _, err := people.AddUser(tx, people.NewUser{Email: "sso@example.com", Name: "S", Role: "admin"}); err != nil {
				return err
			}
			_, err := people.ChangeUser(tx, gone.ID, people.UserChange{Active: new(false)})
			return err
		})
		longest := strings.Repeat("x", 1000)
		hash, err := k.hasher.Hash(t.Context(), longest)
		if err != nil {
			t.Fatal(err)
		}
		mustertest.Do(t, d, k.ann, func(tx *db.Tx) error {
			_, err := people.AddUser(tx, people.NewUser{Email: "long@example.com", Name: "L", Role: "admin", Password: hash})
			return err
		})
		tests := []struct {
			name, workspace, email, password string
			ok                               bool
		}{
			{"the longest password", k.id, "long@example.com", longest, true},
			{"the longest password and more", k.id, "long@example.com", longest + "x", false},
			{"the right password", k.id, "bob@example.com", password, true},
			{"an address otherwise capitalised", k.id, " BOB@Example.com", password, true},
			{"a wrong password", k.id, "bob@example.com", password + " ", false},
			{"no password", k.id, "bob@example.com", "", false},
			{"an endless password", k.id, "bob@example.com", strings.Repeat("x", 1<<20), false},
			{"nobody", k.id, "nobody@example.com", password, false},
			{"no address", k.id, "", password, false},
			{"an address that no database takes", k.id, "b\x00b@\xff", password, false},
			{"who has no password", k.id, "sso@example.com", "", false},
			{"who is not active any more", k.id, "gone@example.com", password, false},
			{"in another workspace", o.id, "bob@example.com", password, false},
		}
		gate := people.NewGate(d, k.hasher)
		messages := map[string]bool{}
		for _, tt := range tests {
			before := k.hasher.Computed()
			u, err := gate.Check(t.Context(), tt.workspace, tt.email, tt.password, "192.0.2.1:1234")
			if work := k.hasher.Computed() - before; work != 1 {
				t.Errorf("%s: computed %d hashes, want one: time would tell who exists", tt.name, work)
			}
			if (err == nil) != tt.ok || tt.ok && u.ID != bob.ID && u.Name != "L" || !tt.ok && !fault.Is(err, fault.Denied) {
				t.Errorf("%s: got %+v and %v, want signed in = %v", tt.name, u, err, tt.ok)
			}
			if !tt.ok {
				messages[fault.Message(err)] = true
			}
		}
		if len(messages) != 1 {
			t.Errorf("got the answers %v, want one for all", messages)
		}
	})
}

func TestGateSlowsGuessing(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d)
		k.addUser(t, "bob@example.com", "customer-support")
		gate := people.NewGate(d, k.hasher)
		// try returns how many of n attempts were let through to the password.
		try := func(n int, email, password string, remote func(i int) string) int {
			let := 0
			for i := range n {
				if _, err := gate.Check(t.Context(), k.id, email, password, remote(i)); !fault.Is(err, fault.TooMany) {
					let++
				}
			}
			return let
		}
		here := func(int) string { return "192.0.2.1:99" }
		there := func(int) string { return "203.0.113.7:99" }
		everywhere := func(i int) string { return "198.51.100." + string(rune('0'+i%10)) }
		steps := []struct {
			name            string
			wait            time.Duration
			n               int
			email, password string
			remote          func(int) string
			want            int
		}{
			{"an account takes ten guesses from one address", 0, 20, "bob@example.com", "wrong", here, 10},
			{"however it is capitalised", 0, 5, "BOB@example.com", "wrong", here, 0},
			{"then not even the right password from there", 0, 1, "bob@example.com", password, here, 0},
			{"but who it belongs to is not locked out", 0, 1, "bob@example.com", password, there, 1},
			{"nor is the address free again for that", 0, 5, "bob@example.com", "wrong", here, 0},
			{"after half a minute one more", 30 * time.Second, 5, "bob@example.com", "wrong", here, 1},
			{"which may be right", 30 * time.Second, 1, "bob@example.com", password, here, 1},
			{"and then the account is free again from there", 0, 20, "bob@example.com", "wrong", here, 10},
			{"from everywhere an account takes fifty", time.Hour, 200, "bob@example.com", "wrong", everywhere, 50},
			{"then from nowhere more", 0, 1, "bob@example.com", password, there, 0},
			{"one that does not exist likewise", time.Hour, 20, "nobody@example.com", "wrong", here, 10},
			{"nor do signed-in people use their address up", time.Hour, 200, "bob@example.com", password, here, 200},
		}
		for _, s := range steps {
			time.Sleep(s.wait)
			if got := try(s.n, s.email, s.password, s.remote); got != s.want {
				t.Errorf("%s: %d attempts were let through, want %d", s.name, got, s.want)
			}
		}
	})
}

func TestGateSlowsAnAddress(t *testing.T) {
	tests := []struct {
		name, first, second string
		shared              bool
	}{
		{"the same address", "192.0.2.1:1", "192.0.2.1:2", true},
		{"the same address, written otherwise", "192.0.2.1:1", "[::ffff:192.0.2.1]:1", true},
		{"another address", "192.0.2.1:1", "192.0.2.2:1", false},
		{"the network of one customer", "[2001:db8::1]:1", "[2001:db8::2]:1", true},
		{"another network", "[2001:db8::1]:1", "[2001:db8:0:1::1]:1", false},
		{"an address that is none", "somewhere", "somewhere", true},
	}
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d)
		for _, tt := range tests {
			gate := people.NewGate(d, k.hasher)
			let := 0
			for i := range 60 {
				email := strings.Repeat("x", i+1) + "@example.com"
				if _, err := gate.Check(t.Context(), k.id, email, "wrong", tt.first); !fault.Is(err, fault.TooMany) {
					let++
				}
			}
			_, err := gate.Check(t.Context(), k.id, "last@example.com", "wrong", tt.second)
			if let != 50 || fault.Is(err, fault.TooMany) != tt.shared {
				t.Errorf("%s: got %d of 60 through and then %v, want 50 and too many = %v", tt.name, let, err, tt.shared)
			}
			if tt.shared && !strings.Contains(fault.Message(err), "6s") {
				t.Errorf("%s: got %q, want how long to wait", tt.name, fault.Message(err))
			}
		}
	})
}

// site is a web site with sign-in, and a browser.
type site struct {
	desk
	sessions *people.Sessions
	handler  http.Handler
	jar      *cookiejar.Jar
	last     *httptest.ResponseRecorder
}

func newSite(t *testing.T, k desk, secure bool) *site {
	t.Helper()
	s := &site{desk: k, sessions: people.NewSessions(k.db, people.NewGate(k.db, k.hasher), secure)}
	refuse := func(w http.ResponseWriter, _ *http.Request, err error) {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /in", func(w http.ResponseWriter, r *http.Request) {
		if _, err := s.sessions.SignIn(r.Context(), r.FormValue("email"), r.FormValue("password"), r.RemoteAddr); err != nil {
			http.Error(w, fault.Message(err), http.StatusForbidden)
		}
	})
	mux.HandleFunc("POST /out", func(w http.ResponseWriter, r *http.Request) {
		if err := s.sessions.SignOut(r.Context()); err != nil {
			refuse(w, r, err)
		}
	})
	mux.HandleFunc("POST /put", func(w http.ResponseWriter, r *http.Request) { s.sessions.Put(r.Context(), "flash", "hello") })
	mux.HandleFunc("GET /pop", func(w http.ResponseWriter, r *http.Request) { w.Write([]byte(s.sessions.Pop(r.Context(), "flash"))) })
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		u, _ := people.SignedIn(r.Context())
		a := access.From(r.Context())
		if a.ID != u.ID || a.Workspace != k.id {
			t.Errorf("the user is %q, but %q acts in %q", u.ID, a.ID, a.Workspace)
		}
		w.Write([]byte(a.Name + " " + a.Role))
	})
	inner := s.sessions.Middleware(mux, refuse)
	s.handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		inner.ServeHTTP(w, r.WithContext(access.With(r.Context(), access.Nobody(k.id))))
	})
	s.jar, _ = cookiejar.New(nil)
	return s
}

var address = &url.URL{Scheme: "https", Host: "desk.example.com", Path: "/"}

// send sends a request with the browser's cookies, and returns the answer's text.
func (s *site) send(t *testing.T, method, path string, form url.Values) string {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for _, c := range s.jar.Cookies(address) {
		r.AddCookie(c)
	}
	s.last = httptest.NewRecorder()
	s.handler.ServeHTTP(s.last, r)
	s.jar.SetCookies(address, s.last.Result().Cookies())
	if s.last.Code >= http.StatusInternalServerError {
		t.Errorf("%s %s: got %d %s", method, path, s.last.Code, s.last.Body)
	}
	return strings.TrimSpace(s.last.Body.String())
}

func (s *site) signIn(t *testing.T, email, password string) {
	t.Helper()
	s.send(t, "POST", "/in", url.Values{"email": {email}, "password": {password}})
}

func (s *site) cookie() string {
	for _, c := range s.jar.Cookies(address) {
		return c.Value
	}
	return ""
}

func TestSession(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d)
		bob := k.addUser(t, "bob@example.com", "customer-support")
		s := newSite(t, k, true)
		check := func(when, want string) {
			t.Helper()
			if got := s.send(t, "GET", "/", nil); got != want {
				t.Errorf("%s: got %q, want %q", when, got, want)
			}
		}
		check("before", "")
		s.send(t, "POST", "/put", nil)
		if s.cookie() != "" {
			t.Error("got a session before signing in, want none")
		}
		s.signIn(t, "bob@example.com", "wrong")
		check("after a wrong password", "")
		s.signIn(t, "bob@example.com", password)
		c := s.last.Result().Cookies()[0]
		if !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || c.Name != "__Host-muster" {
			t.Errorf("got the cookie %s, want it for this host, https and no script", c)
		}
		check("after the right password", "bob customer-support")

		first := s.cookie()
		stored, err := db.Single(t.Context(), d, db.Value[string], `SELECT id || data FROM sessions`)
		if err != nil || len(stored) != 1 || strings.Contains(stored[0], first) {
			t.Errorf("got the sessions %q and %v, want one that does not tell its token", stored, err)
		}
		s.send(t, "POST", "/put", nil)
		if got := s.send(t, "GET", "/pop", nil) + s.send(t, "GET", "/pop", nil); got != "hello" {
			t.Errorf("got %q, want what was put, once", got)
		}
		s.signIn(t, "bob@example.com", password)
		if s.cookie() == first {
			t.Error("got the same token after signing in again")
		}
		second := s.cookie()
		s.jar.SetCookies(address, []*http.Cookie{{Name: "__Host-muster", Value: first, Secure: true, Path: "/"}})
		check("with the token from before", "")
		s.jar.SetCookies(address, []*http.Cookie{{Name: "__Host-muster", Value: second, Secure: true, Path: "/"}})
		check("with the new token", "bob customer-support")

		mustertest.Do(t, d, k.ann, func(tx *db.Tx) error {
			_, err := people.ChangeUser(tx, bob.ID, people.UserChange{Role: new("product-support"), Name: new("Robert")})
			return err
		})
		check("as soon as the role is another", "Robert product-support")
		s.send(t, "POST", "/out", nil)
		check("after signing out", "")
		s.jar.SetCookies(address, []*http.Cookie{{Name: "__Host-muster", Value: second, Secure: true, Path: "/"}})
		check("with the token of a session that was signed out", "")
		log, bodies := k.log(t)
		mustertest.WantNames(t, "what happened", log, "user.added", "user.signed_in", "user.signed_in", "user.changed")
		if strings.Contains(bodies, "argon2") || strings.Contains(bodies, second) {
			t.Errorf("the log has a secret: %s", bodies)
		}
	})
}

func TestSessionEnds(t *testing.T) {
	change := func(c people.UserChange) func(*db.Tx, people.User) error {
		return func(tx *db.Tx, u people.User) error { _, err := people.ChangeUser(tx, u.ID, c); return err }
	}
	tests := []struct {
		name string
		end  func(*db.Tx, people.User) error
		ends bool
	}{
		{"when the user is made inactive", change(people.UserChange{Active: new(false)}), true},
		{"for good, even if the user is made active again", func(tx *db.Tx, u people.User) error {
			return errors.Join(change(people.UserChange{Active: new(false)})(tx, u), change(people.UserChange{Active: new(true)})(tx, u))
		}, true},
		{"when the password is set", func(tx *db.Tx, u people.User) error { return people.SetPassword(tx, u.ID, "$argon2id$other") }, true},
		{"when the address is another", change(people.UserChange{Email: new("cem@example.com")}), true},
		{"not when the name is another", change(people.UserChange{Name: new("Cem")}), false},
	}
	for _, tt := range tests {
		mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
			k := newDesk(t, d)
			bob := k.addUser(t, "bob@example.com", "customer-support")
			k.addUser(t, "boss@example.com", "admin")
			s, elsewhere := newSite(t, k, true), newSite(t, k, true)
			s.signIn(t, "bob@example.com", password)
			elsewhere.signIn(t, "bob@example.com", password)
			mustertest.Do(t, d, k.ann, func(tx *db.Tx) error { return tt.end(tx, bob) })
			// One that is in use must not come back when its use is written down.
			time.Sleep(time.Hour)
			for range 2 {
				for _, browser := range []*site{s, elsewhere} {
					if got := browser.send(t, "GET", "/", nil); (got == "") != tt.ends {
						t.Errorf("a session ends %s: got %q", tt.name, got)
					}
				}
			}
		})
	}
}

// A session that begins while its user's password is set must not outlive it.
func TestSessionOfAnOldPassword(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d)
		bob := k.addUser(t, "bob@example.com", "customer-support")
		s := newSite(t, k, true)
		inner := s.sessions.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if _, err := s.sessions.SignIn(r.Context(), "bob@example.com", password, "192.0.2.1"); err != nil {
				t.Error(err)
			}
			mustertest.Do(t, d, k.ann, func(tx *db.Tx) error { return people.SetPassword(tx, bob.ID, "$argon2id$other") })
		}), func(_ http.ResponseWriter, _ *http.Request, err error) { t.Error(err) })
		w := httptest.NewRecorder()
		inner.ServeHTTP(w, httptest.NewRequestWithContext(access.With(t.Context(), access.Nobody(k.id)), "POST", "/", nil))
		s.jar.SetCookies(address, w.Result().Cookies())
		if got := s.send(t, "GET", "/", nil); got != "" || s.cookie() == "" {
			t.Errorf("got %q with the cookie %q, want nobody with a cookie", got, s.cookie())
		}
	})
}

func TestSessionExpires(t *testing.T) {
	tests := []struct {
		name  string
		every time.Duration // how often the browser asks
		lasts time.Duration // how long it is still known, at least
		ends  time.Duration // when it is not known any more
	}{
		{"twelve hours after its last use", 100 * time.Hour, 0, 12 * time.Hour},
		{"not while it is used", 11 * time.Hour, 13 * 24 * time.Hour, 14*24*time.Hour + 11*time.Hour},
		{"after two weeks, however much it is used", 3 * time.Hour, 14*24*time.Hour - 4*time.Hour, 14 * 24 * time.Hour},
	}
	for _, tt := range tests {
		mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
			k := newDesk(t, d)
			k.addUser(t, "bob@example.com", "customer-support")
			s := newSite(t, k, true)
			s.signIn(t, "bob@example.com", password)
			began := time.Now()
			known := time.Duration(0)
			for time.Since(began) < tt.ends {
				if s.send(t, "GET", "/", nil) != "" {
					known = time.Since(began)
				}
				time.Sleep(min(tt.every, tt.ends-time.Since(began)))
			}
			if got := s.send(t, "GET", "/", nil); got != "" || known < tt.lasts {
				t.Errorf("a session ends %s: got %q in the end and was known for %s, want nobody and at least %s", tt.name, got, known, tt.lasts)
			}
			if err := s.sessions.Sweep(t.Context()); err != nil {
				t.Error(err)
			}
			left, err := db.Single(t.Context(), d, db.Value[string], `SELECT id FROM sessions`)
			if len(left) > 0 || err != nil {
				t.Errorf("got %d sessions after a sweep and %v, want none", len(left), err)
			}
		})
	}
}

func TestSessionsAreApart(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d)
		k.addUser(t, "bob@example.com", "customer-support")
		here, there := newSite(t, k, false), newSite(t, k.other(t), false)
		here.signIn(t, "bob@example.com", password)
		if c := here.last.Result().Cookies()[0]; c.Secure || c.Name != "muster" {
			t.Errorf("got the cookie %s, want one that works without https", c)
		}
		there.jar = here.jar
		if got := there.send(t, "GET", "/", nil); got != "" {
			t.Errorf("got %q with the cookie of another workspace, want nobody", got)
		}
		if got := here.send(t, "GET", "/", nil); got == "" {
			t.Error("got nobody at home, want bob")
		}
	})
}

func TestConfirm(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d)
		bob := k.addUser(t, "bob@example.com", "customer-support")
		gate := people.NewGate(d, k.hasher)
		ctx := access.With(t.Context(), access.Actor{Workspace: k.id, ID: bob.ID, Kind: access.Human, Name: "bob"})
		mustertest.Refused(t, "a wrong password", gate.Confirm(ctx, "wrong", "192.0.2.1"), fault.Denied, "")
		mustertest.Refused(t, "the right one", gate.Confirm(ctx, password, "192.0.2.1"), "", "")
		hash, err := k.hasher.Hash(t.Context(), "another password")
		if err != nil {
			t.Fatal(err)
		}
		mustertest.Do(t, d, ctx, func(tx *db.Tx) error { return people.SetOwnPassword(tx, hash) })
		mustertest.Refused(t, "the old one", gate.Confirm(ctx, password, "192.0.2.1"), fault.Denied, "")
		mustertest.Refused(t, "the new one", gate.Confirm(ctx, "another password", "192.0.2.1"), "", "")
		err = d.Update(ctx, func(tx *db.Tx) error { return people.SetOwnPassword(tx, "") })
		mustertest.Refused(t, "none", err, fault.Invalid, "password")
	})
}

func TestToken(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d)
		o := k.other(t)
		create := func(n people.NewToken) (people.Token, string) {
			var secret string
			token := must(t, d, k.ann, func(tx *db.Tx) (token people.Token, err error) {
				token, secret, err = people.CreateToken(tx, n)
				return token, err
			})
			return token, secret
		}
		all, secret := create(people.NewToken{Name: "CI", Role: "product-operations"})
		_, scoped := create(people.NewToken{Name: "Reader", Role: "Product Operations", Scopes: []access.Right{access.TicketsRead}})
		_, none := create(people.NewToken{Name: "Idle", Role: "admin", Scopes: []access.Right{}})
		_, short := create(people.NewToken{Name: "Short", Role: "admin", ExpiresAt: time.Now().Add(time.Hour)})
		gone, revoked := create(people.NewToken{Name: "Gone", Role: "admin"})
		mustertest.Do(t, d, k.ann, func(tx *db.Tx) error { return people.RevokeToken(tx, gone.ID) })

		role := must(t, d, k.ann, func(tx *db.Tx) (people.Role, error) { return people.FindRole(tx, "product-operations") })
		a, err := people.CheckToken(t.Context(), d, k.id, secret)
		want := access.Actor{Workspace: k.id, ID: all.ID, Name: "CI", Kind: access.Bot, Role: role.ID, Rights: role.Rights}
		if err != nil || !reflect.DeepEqual(a, want) {
			t.Errorf("got %+v and %v, want %+v", a, err, want)
		}
		tests := []struct {
			name, workspace, bearer string
			rights                  int // -1: refused
		}{
			{"with a part of the role's rights", k.id, scoped, 1},
			{"with none", k.id, none, 0},
			{"before it ends", k.id, short, len(access.All())},
			{"that was revoked", k.id, revoked, -1},
			{"in another workspace", o.id, secret, -1},
			{"with another's secret", k.id, secret[:25] + scoped[25:], -1},
			{"without its last letter", k.id, secret[:len(secret)-1], -1},
			{"without a secret", k.id, secret[:25], -1},
			{"without its mark", k.id, secret[4:], -1},
			{"that is empty", k.id, "", -1},
			{"with what no database takes", k.id, "mst_\x00\xff_x", -1},
		}
		for _, tt := range tests {
			a, err := people.CheckToken(t.Context(), d, tt.workspace, tt.bearer)
			if tt.rights < 0 && !fault.Is(err, fault.Denied) || tt.rights >= 0 && (err != nil || len(a.Rights) != tt.rights) {
				t.Errorf("a token %s: got %d rights and %v, want %d", tt.name, len(a.Rights), err, tt.rights)
			}
		}
		time.Sleep(time.Hour)
		_, err = people.CheckToken(t.Context(), d, k.id, short)
		mustertest.Refused(t, "a token at its end", err, fault.Denied, "")

		list := must(t, d, k.ann, func(tx *db.Tx) ([]people.Token, error) { return people.Tokens(tx) })
		mustertest.WantNames(t, "the tokens", mustertest.Names(list, func(t people.Token) string { return t.Name }), "Gone", "Short", "Idle", "Reader", "CI")
		if list[0].RevokedAt.IsZero() || list[4].CreatedBy != "ann" || list[3].Role != "product-operations" || list[2].Scopes == nil {
			t.Errorf("got %+v, want who made them and which has ended", list)
		}
		if computed := k.hasher.Computed(); computed != 0 {
			t.Errorf("got %d password hashes, want none", computed)
		}
		_, bodies := k.log(t)
		if text := bodies + asJSON(t, list); strings.Contains(text, secret[25:]) {
			t.Errorf("the log or the list has a secret: %s", text)
		}
	})
}

func TestCreateTokenIsRefused(t *testing.T) {
	tests := []struct {
		name  string
		new   people.NewToken
		field string
	}{
		{"without a name", people.NewToken{Role: "admin"}, "name"},
		{"without a role", people.NewToken{Name: "T"}, "role"},
		{"with a right that the role lacks", people.NewToken{Name: "T", Role: "product-operations", Scopes: []access.Right{access.Settings}}, "scopes"},
		{"that has ended already", people.NewToken{Name: "T", Role: "admin", ExpiresAt: time.Unix(0, 0)}, "expiresAt"},
	}
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d)
		for _, tt := range tests {
			err := d.Update(k.ann, func(tx *db.Tx) error { _, _, err := people.CreateToken(tx, tt.new); return err })
			mustertest.Refused(t, tt.name, err, fault.Invalid, tt.field)
		}
		err := d.Update(k.ann, func(tx *db.Tx) error { return people.RevokeToken(tx, "none") })
		mustertest.Refused(t, "revoking what is not", err, fault.NotFound, "")
	})
}

// Requests at the same time with one session do not disturb each other.
func TestManyRequestsOfOneSession(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d)
		k.addUser(t, "bob@example.com", "customer-support")
		s := newSite(t, k, true)
		s.signIn(t, "bob@example.com", password)
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				one := *s
				if got := one.send(t, "GET", "/", nil); got != "bob customer-support" {
					t.Errorf("got %q, want bob", got)
				}
			})
		}
		wg.Wait()
	})
}

func BenchmarkCheckToken(b *testing.B) {
	d, err := db.Open(b.Context(), "sqlite:"+b.TempDir()+"/muster.db")
	if err != nil {
		b.Fatal(err)
	}
	defer d.Close()
	var secret, id string
	err = d.Update(access.With(b.Context(), access.System("w")), func(tx *db.Tx) (err error) {
		if err := people.SaveRole(tx, people.Role{ID: "robot", Name: "Robot", Rights: access.All()}); err != nil {
			return err
		}
		_, secret, err = people.CreateToken(tx, people.NewToken{Name: "T", Role: "robot"})
		id = tx.Workspace
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := people.CheckToken(b.Context(), d, id, secret); err != nil {
			b.Fatal(err)
		}
	}
}
