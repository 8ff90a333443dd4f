package app

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"muster/internal/mustertest"
)

// muster runs the program with some variables set, and returns its exit status and what it said.
func muster(t *testing.T, env map[string]string, args ...string) (code int, out, errs string) {
	t.Helper()
	for name, value := range env {
		t.Setenv(name, value)
	}
	var o, e bytes.Buffer
	code = Run(t.Context(), args, &o, &e)
	return code, o.String(), e.String()
}

func TestWrongVariablesAreRefused(t *testing.T) {
	tests := []struct{ rule, name, value, says string }{
		{"a database of another make", "MUSTER_DB", "mysql://x", "sqlite:PATH or postgres://"},
		{"a port without a host", "MUSTER_LISTEN", "8080", "HOST:PORT"},
		{"a port that is none", "MUSTER_LISTEN", "127.0.0.1:99999", "no port"},
		{"a mail listener without a port", "MUSTER_SMTP_LISTEN", "localhost", "HOST:PORT"},
		{"an address without a scheme", "MUSTER_URL", "desk.example.org", "https://desk.example.org"},
		{"an address with a path", "MUSTER_URL", "https://x.example/desk", "without a path"},
		{"an inbox that is no address", "MUSTER_INBOX", "support", "no mail address"},
		{"a smarthost of another kind", "MUSTER_SMARTHOST", "http://mail.example", "smtp://"},
		{"a short secret", "MUSTER_SECRET", "short", "characters"},
		{"a reach that is none", "MUSTER_IMAP_REACH", "everywhere", "none of public, internal and any"},
		{"a rate that is no number", "MUSTER_API_RATE", "many", "no number of requests a second"},
		{"a rate of nothing", "MUSTER_API_RATE", "0", "no number of requests a second"},
		{"a rate without an end", "MUSTER_API_RATE", "Inf", "no number of requests a second"},
		{"a rate that is not even not a number", "MUSTER_API_RATE", "NaN", "no number of requests a second"},
		{"a rate below nothing", "MUSTER_API_RATE_ADDRESS", "-5", "no number of requests a second"},
		{"neither yes nor no", "MUSTER_API_RATE_ADMINS", "maybe", "neither yes nor no"},
		{"a proxy by name", "MUSTER_PROXIES", "proxy.example.org", "neither an address nor a network"},
		{"blobs nowhere", "MUSTER_BLOBS", "ftp://x", "dir:"},
		{"a folder for blobs that cannot be", "MUSTER_BLOBS", "dir:/dev/null/blobs", "not a directory"},
		{"a database that does not answer", "MUSTER_DB", "postgres://nobody@127.0.0.1:1/x", "connection refused"},
		{"a database that is a folder", "MUSTER_DB", "sqlite:" + t.TempDir(), "unable to open"},
	}
	for _, tt := range tests {
		t.Run(tt.rule, func(t *testing.T) {
			code, _, errs := muster(t, map[string]string{"MUSTER_DATA": t.TempDir(), tt.name: tt.value}, "migrate")
			if code != 2 || !strings.Contains(errs, tt.says) || strings.Count(strings.TrimSpace(errs), "\n") != 0 {
				t.Errorf("%s=%s: exit %d, said %q; want one line with %q", tt.name, tt.value, code, errs, tt.says)
			}
			if !strings.Contains(errs, tt.name) {
				t.Errorf("%q does not name %s", errs, tt.name)
			}
		})
	}
}

// Each variable stands in the help and in README's table, and nothing else does there.
func TestVariablesAreWrittenDown(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, help, _ := muster(t, nil, "serve", "-h")
	variables := regexp.MustCompile(`MUSTER_[A-Z_]+`)
	var want []string
	for f := range reflect.TypeFor[Config]().Fields() {
		if name := f.Tag.Get("env"); name != "" {
			want = append(want, name)
			if !strings.Contains(help, "$"+name) {
				t.Errorf("the help does not name %s", name)
			}
		}
	}
	var got []string
	for line := range strings.Lines(string(readme)) {
		if strings.HasPrefix(line, "| `MUSTER_") {
			got = append(got, variables.FindString(line))
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("README's table has %v, want %v", got, want)
	}
}

// What already listens at an address is said to; the desk ends and leaves nothing open.
func TestAddressesInUseAreRefused(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for _, name := range []string{"MUSTER_LISTEN", "MUSTER_SMTP_LISTEN"} {
		env := map[string]string{"MUSTER_DATA": t.TempDir(), "MUSTER_LISTEN": "127.0.0.1:0", "MUSTER_SMTP_LISTEN": ""}
		env[name] = l.Addr().String()
		code, _, errs := muster(t, env, "serve")
		if code != 2 || !strings.Contains(errs, name+": another program listens at") || strings.Count(strings.TrimSpace(errs), "\n") != 0 {
			t.Errorf("%s in use: exit %d, said %q; want one line that names it", name, code, errs)
		}
	}
}

func TestCommandsForScripts(t *testing.T) {
	mustertest.EachURL(t, func(t *testing.T, url string) {
		env := map[string]string{"MUSTER_DATA": t.TempDir(), "MUSTER_DB": url}
		code, out, errs := muster(t, env, "user", "add", "--email", "ann@x.example", "--name", "Ann", "--role", "admin", "--password", "long enough to pass", "--json")
		var user struct{ ID, Email string }
		if err := json.Unmarshal([]byte(out), &user); code != 0 || err != nil || user.ID == "" || user.Email != "ann@x.example" {
			t.Errorf("user add: exit %d, %q, %q", code, out, errs)
		}
		code, out, _ = muster(t, env, "token", "create", "--name", "import", "--role", "admin", "--json")
		var token struct{ Token string }
		if err := json.Unmarshal([]byte(out), &token); code != 0 || err != nil || !strings.HasPrefix(token.Token, "mst_") {
			t.Errorf("token create: exit %d, %q", code, out)
		}
		second := []string{"workspace", "add", "--name", "Second", "--host", "second.example", "--email", "cleo@x.example", "--admin", "Cleo", "--password", "long enough to pass", "--json"}
		code, out, errs = muster(t, env, second...)
		var made struct{ ID, Slug, Host string }
		if err := json.Unmarshal([]byte(out), &made); code != 0 || err != nil || made.ID == "" || made.Slug != "second" || made.Host != "second.example" {
			t.Errorf("workspace add: exit %d, %q, %q", code, out, errs)
		}
		for _, args := range [][]string{{"user", "add", "--email", "ann@x.example", "--name", "Ann", "--role", "admin"}, {"token", "create", "--name", "import", "--role", "admin"}, {"mail", "replay", "--outcome", "failed"}} {
			if code, _, errs := muster(t, env, append(args, "--workspace", "second")...); code != 0 {
				t.Errorf("%v in the second workspace: exit %d, %q", args, code, errs)
			}
		}
		for _, args := range [][]string{second, {"token", "create", "--name", "x", "--role", "admin", "--workspace", "nowhere"}, {"workspace", "add", "--name", "Third", "--host", "", "--email", "c@x.example", "--admin", "C", "--password", "long enough to pass"},
			{"workspace", "add", "--name", "Third", "--host", "third.example", "--email", "nobody", "--admin", "C", "--password", "long enough to pass"},
			{"user", "add", "--email", "b@x.example", "--name", "B", "--role", "wizard"}, {"user", "add", "--email", "ann@x.example", "--name", "Twice", "--role", "admin"},
			{"token", "create", "--name", "x", "--role", "wizard"}, {"mail", "replay"}, {"mail", "replay", "--outcome", "lost"}, {"nonsense"}, {}, {"serve", "--nonsense"}, {"backup"}, {"backup", filepath.Join(t.TempDir(), "no", "folder")}} {
			if code, _, errs := muster(t, env, args...); code != 2 || !strings.HasSuffix(strings.TrimSpace(errs), ".") {
				t.Errorf("%v: exit %d, said %q; want 2 and a sentence", args, code, errs)
			}
		}
		if code, out, errs := muster(t, env, "doctor"); code != 0 {
			t.Errorf("doctor: exit %d, %s%s", code, out, errs)
		}
	})
}

func TestHelp(t *testing.T) {
	for _, args := range [][]string{{"-h"}, {"serve", "-h"}, {"demo", "-h"}, {"migrate", "-h"}, {"user", "add", "-h"}, {"workspace", "add", "-h"}, {"token", "create", "-h"}, {"mail", "replay", "-h"},
		{"doctor", "-h"}, {"backup", "-h"}, {"restore", "-h"}, {"version", "-h"}} {
		if code, out, errs := muster(t, nil, args...); code != 0 || !strings.Contains(out, "Usage: muster") {
			t.Errorf("%v: exit %d, said %q %q", args, code, out, errs)
		}
	}
}

// A backup of a running desk can be restored, on either engine, and is then the same desk; a damaged one is refused.
func TestBackupAndRestore(t *testing.T) {
	mustertest.EachURL(t, func(t *testing.T, url string) {
		d := startDesk(t, url)
		d.deliver("maren@fennoway.example", "support@quillmere.example", letterFrom("Maren <maren@fennoway.example>", "a@fennoway.example", "Printer jam", "", "It jams."))
		var tickets wireList[wireTicket]
		d.await("the mail is a ticket", func() bool { d.must("GET", "/tickets", nil, &tickets); return len(tickets.Items) == 1 })
		file := filepath.Join(t.TempDir(), "desk.backup")
		env := map[string]string{"MUSTER_DATA": d.house.config.Data, "MUSTER_DB": url, "MUSTER_SECRET": d.house.config.Secret}
		if code, out, errs := muster(t, env, "backup", file); code != 0 {
			t.Fatalf("backup: exit %d, %s%s", code, out, errs)
		}
		if code, _, _ := muster(t, env, "backup", file); code != 2 {
			t.Errorf("a backup was written over another: exit %d", code)
		}
		restored := map[string]string{"MUSTER_DATA": t.TempDir(), "MUSTER_DB": url, "MUSTER_SECRET": ""}
		if code, _, errs := muster(t, restored, "restore", file); code != 2 || !strings.Contains(errs, "not empty") {
			t.Errorf("restored over the database that it was made of: exit %d, %s", code, errs)
		}
		folder := restored["MUSTER_DATA"] // it serves, though the attempt before was refused
		mustertest.EachURL(t, func(t *testing.T, other string) {
			restored := map[string]string{"MUSTER_DATA": folder, "MUSTER_DB": other, "MUSTER_SECRET": ""}
			if code, out, errs := muster(t, restored, "restore", file); code != 0 || !strings.Contains(out, "1 tickets findable") {
				t.Fatalf("restore: exit %d, %s%s", code, out, errs)
			}
			if code, out, errs := muster(t, restored, "doctor"); code != 0 {
				t.Errorf("doctor of the restored desk: exit %d, %s%s", code, out, errs)
			}
			if code, _, errs := muster(t, restored, "restore", file); code != 2 {
				t.Errorf("restored over a desk: exit %d, %s", code, errs)
			}
		})
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		b[len(b)/2] ^= 1
		bad := filepath.Join(t.TempDir(), "bad.backup")
		if err := os.WriteFile(bad, b, 0o600); err != nil {
			t.Fatal(err)
		}
		if code, _, errs := muster(t, map[string]string{"MUSTER_DATA": t.TempDir(), "MUSTER_SECRET": ""}, "restore", bad); code != 2 {
			t.Errorf("a damaged backup was restored: exit %d, %s", code, errs)
		}
	})
}

// A restore that did not come to its end leaves nothing that could be taken for a desk.
func TestRestoreThatWasCutShort(t *testing.T) {
	d := startDesk(t, "sqlite:"+t.TempDir()+"/muster.db")
	d.mintToken("admin")
	d.deliver("maren@fennoway.example", "support@quillmere.example", letterFrom("Maren <maren@fennoway.example>", "a@fennoway.example", "Printer jam", "", "It jams."))
	d.arrived(1)
	file := filepath.Join(t.TempDir(), "desk.backup")
	if code, out, errs := muster(t, map[string]string{"MUSTER_DATA": d.house.config.Data, "MUSTER_DB": d.house.config.DB, "MUSTER_SECRET": d.house.config.Secret}, "backup", file); code != 0 {
		t.Fatalf("backup: exit %d, %s%s", code, out, errs)
	}
	mustertest.EachURL(t, func(t *testing.T, url string) {
		folder := t.TempDir()
		blobs := filepath.Join(folder, "blobs")
		if err := os.Mkdir(blobs, 0o700); err != nil {
			t.Fatal(err)
		}
		for i := range 256 { // where the raw mail's folder should be
			if err := os.WriteFile(filepath.Join(blobs, fmt.Sprintf("%02x", i)), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		env := map[string]string{"MUSTER_DATA": folder, "MUSTER_DB": url, "MUSTER_SECRET": ""}
		if code, out, errs := muster(t, env, "restore", file); code != 1 {
			t.Fatalf("restore where nothing can be kept: exit %d, %s%s", code, out, errs)
		}
		for _, command := range [][]string{{"doctor"}, {"serve"}, {"backup", file + ".2"}, {"restore", file}} {
			if code, _, errs := muster(t, env, command...); code != 2 || !strings.Contains(errs, "did not come to its end") {
				t.Errorf("%v after that: exit %d, %s", command, code, errs)
			}
		}
	})
}
