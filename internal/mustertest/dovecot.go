package mustertest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// Dovecot is a real IMAP server of a test's own, on loopback. Any user may
// sign in with the password, and has a maildir of its own.
type Dovecot struct {
	Host     string         // localhost, which the certificate names
	Port     int            // in the clear, with STARTTLS
	TLSPort  int            // encrypted from the first byte
	Roots    *x509.CertPool // vouches for the certificate
	Password string

	dir      string
	uid, gid int
	master   *exec.Cmd
	ended    chan error
	mails    atomic.Int64
}

// NewDovecot starts a server that ends with the test.
func NewDovecot(t *testing.T) *Dovecot {
	t.Helper()
	if _, err := exec.LookPath("dovecot"); err != nil {
		t.Fatal("These tests need a real IMAP server: install the Debian package dovecot-imapd, or run scripts/need.")
	}
	// Not t.TempDir: the server does not run as root, and root's folders are closed to others.
	dir, err := os.MkdirTemp("", "dovecot")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	d := &Dovecot{Host: "localhost", Password: "s3cret", dir: dir, Port: freePort(t), TLSPort: freePort(t), uid: os.Getuid(), gid: os.Getgid()}
	account := d.account(t)
	d.certify(t)
	d.write(t, "conf", fmt.Sprintf(dovecotConf, dir, account, d.group(t), d.Password, d.uid, d.gid, d.Port, d.TLSPort))
	d.Own(t)
	d.Start(t)
	t.Cleanup(func() { d.Stop(t) })
	return d
}

const dovecotConf = `
base_dir = %[1]s/run
state_dir = %[1]s/run
log_path = %[1]s/log
protocols = imap
listen = 127.0.0.1
default_internal_user = %[2]s
default_internal_group = %[3]s
default_login_user = %[2]s
first_valid_uid = 1
mail_location = maildir:%[1]s/mail/%%u
disable_plaintext_auth = no
auth_failure_delay = 0
mail_max_userip_connections = 100
ssl = yes
ssl_cert = <%[1]s/cert.pem
ssl_key = <%[1]s/key.pem
passdb {
  driver = static
  args = password=%[4]s
}
userdb {
  driver = static
  args = uid=%[5]d gid=%[6]d home=%[1]s/mail/%%u
}
service anvil {
  chroot =
}
service stats {
  chroot =
}
service imap-login {
  chroot =
  inet_listener imap {
    port = %[7]d
  }
  inet_listener imaps {
    port = %[8]d
    ssl = yes
  }
}
`

// account returns whom the server runs as: never root, which it refuses.
func (d *Dovecot) account(t *testing.T) string {
	t.Helper()
	u, err := user.Current()
	if d.uid == 0 {
		u, err = user.Lookup("nobody")
	}
	if err != nil {
		t.Fatal(err)
	}
	d.uid, _ = strconv.Atoi(u.Uid)
	d.gid, _ = strconv.Atoi(u.Gid)
	return u.Username
}

func (d *Dovecot) group(t *testing.T) string {
	t.Helper()
	g, err := user.LookupGroupId(strconv.Itoa(d.gid))
	if err != nil {
		t.Fatal(err)
	}
	return g.Name
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

func (d *Dovecot) certify(t *testing.T) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: d.Host}, DNSNames: []string{d.Host},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(48 * time.Hour), IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	cert := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	d.Roots = x509.NewCertPool()
	d.Roots.AppendCertsFromPEM(cert)
	d.write(t, "cert.pem", string(cert))
	d.write(t, "key.pem", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})))
}

func (d *Dovecot) write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(d.dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// Own gives all files to the account that the server runs as.
func (d *Dovecot) Own(t *testing.T) {
	t.Helper()
	for _, dir := range []string{"run", "mail"} {
		if err := os.MkdirAll(filepath.Join(d.dir, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	err := filepath.Walk(d.dir, func(path string, _ os.FileInfo, err error) error {
		if err != nil {
			return err
		}
		return os.Chown(path, d.uid, d.gid)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Start starts the server again after Stop, on the same ports.
func (d *Dovecot) Start(t *testing.T) {
	t.Helper()
	path, err := exec.LookPath("dovecot")
	if err != nil {
		t.Fatal(err)
	}
	d.master = exec.Command(path, "-F", "-c", filepath.Join(d.dir, "conf"))
	d.master.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if os.Getuid() == 0 {
		d.master.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(d.uid), Gid: uint32(d.gid)}
	}
	// A file, and no pipe: its end would be waited for, and that is the end of the last child.
	said, err := os.Create(filepath.Join(d.dir, "said"))
	if err != nil {
		t.Fatal(err)
	}
	defer said.Close()
	d.master.Stdout, d.master.Stderr = said, said
	if err := d.master.Start(); err != nil {
		t.Fatal(err)
	}
	d.ended = make(chan error, 1)
	go func(m *exec.Cmd, ended chan error) { ended <- m.Wait() }(d.master, d.ended)
	for began := time.Now(); !d.answers(); <-time.After(10 * time.Millisecond) {
		select {
		case err := <-d.ended:
			text, _ := os.ReadFile(said.Name())
			t.Fatalf("dovecot ended at once: %v\n%s", err, text)
		default:
		}
		if time.Since(began) > 30*time.Second {
			t.Fatal("dovecot does not answer after 30 seconds")
		}
	}
}

func (d *Dovecot) answers() bool {
	c, err := net.Dial("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(d.Port)))
	if err != nil {
		return false
	}
	defer c.Close()
	c.SetReadDeadline(time.Now().Add(10 * time.Second))
	n, err := c.Read(make([]byte, 64))
	return err == nil && n > 0
}

// Stop ends the server and every connection to it.
func (d *Dovecot) Stop(t *testing.T) {
	t.Helper()
	if d.master == nil {
		return
	}
	d.master.Process.Signal(syscall.SIGTERM)
	select {
	case <-d.ended:
	case <-time.After(10 * time.Second):
	}
	syscall.Kill(-d.master.Process.Pid, syscall.SIGKILL) // what is left of its group
	d.master = nil
}

// Maildir returns where the mail of a user's folder is.
func (d *Dovecot) Maildir(user, folder string) string {
	path := filepath.Join(d.dir, "mail", user)
	if folder != "INBOX" {
		path = filepath.Join(path, "."+folder)
	}
	return path
}

// Deliver puts mail into a folder, as another mail server would.
func (d *Dovecot) Deliver(t *testing.T, user, folder string, mails ...string) {
	t.Helper()
	at := d.Maildir(user, folder)
	for _, sub := range []string{d.Maildir(user, "INBOX"), at, filepath.Join(at, "cur"), filepath.Join(at, "new"), filepath.Join(at, "tmp")} {
		if err := os.MkdirAll(sub, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Chown(sub, d.uid, d.gid); err != nil {
			t.Fatal(err)
		}
	}
	for _, mail := range mails {
		name := fmt.Sprintf("%d.M%dP%d.test", time.Now().Unix(), d.mails.Add(1), os.Getpid())
		tmp := filepath.Join(at, "tmp", name)
		if err := os.WriteFile(tmp, []byte(mail), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chown(tmp, d.uid, d.gid); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(tmp, filepath.Join(at, "new", name)); err != nil {
			t.Fatal(err)
		}
	}
}
