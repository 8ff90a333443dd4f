package app

import (
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"muster/internal/api"
	"muster/internal/fault"
	"muster/internal/mailbox/smarthost"
	"muster/internal/reach"
)

// Config is what MUSTER_* variables say. Each can be a flag as well.
type Config struct {
	DB         string `env:"MUSTER_DB" help:"The database: sqlite:PATH or postgres://…; by default a file under MUSTER_DATA." placeholder:"URL"`
	Data       string `env:"MUSTER_DATA" default:"./muster-data" help:"The folder for the database, attachments and keys." placeholder:"FOLDER"`
	Blobs      string `env:"MUSTER_BLOBS" help:"Where attachments and raw mail are kept: dir:FOLDER or s3://KEY:SECRET@HOST/BUCKET; by default a folder under MUSTER_DATA." placeholder:"URL"`
	Listen     string `env:"MUSTER_LISTEN" default:"127.0.0.1:8080" help:"Where the web pages and the API are served." placeholder:"HOST:PORT"`
	URL        string `env:"MUSTER_URL" help:"The address that people reach the desk at; by default http:// and MUSTER_LISTEN." placeholder:"URL"`
	SMTPListen string `env:"MUSTER_SMTP_LISTEN" default:"127.0.0.1:2525" help:"Where mail is taken in by SMTP; empty turns it off." placeholder:"HOST:PORT"`
	Inbox      string `env:"MUSTER_INBOX" default:"support@localhost" help:"The address of the inbox that is made at the first start." placeholder:"ADDRESS"`
	Smarthost  string `env:"MUSTER_SMARTHOST" help:"The server that mail is sent through: smtp://USER:PASSWORD@HOST:PORT. Unset, mail waits in the outbox." placeholder:"URL"`
	IMAPReach  string `env:"MUSTER_IMAP_REACH" default:"public" help:"Where IMAP servers may be: public, internal (private networks too) or any (this machine too)." placeholder:"WHERE"`
	HookReach  string `env:"MUSTER_HOOK_REACH" default:"public" help:"Where webhooks may go: public, internal (private networks too) or any (this machine too)." placeholder:"WHERE"`
	APIRate    string `env:"MUSTER_API_RATE" name:"api-rate" default:"50" help:"How many requests a second the API answers to one token, on average." placeholder:"NUMBER"`
	APIAddress string `env:"MUSTER_API_RATE_ADDRESS" name:"api-rate-address" default:"5" help:"How many requests a second without a valid token the API answers to one address." placeholder:"NUMBER"`
	APIAdmins  string `env:"MUSTER_API_RATE_ADMINS" name:"api-rate-admins" default:"no" help:"Whether MUSTER_API_RATE counts for administrators' tokens too: yes or no. Imports run with them." placeholder:"YES"`
	Proxies    string `env:"MUSTER_PROXIES" default:"127.0.0.0/8,::1" help:"Addresses and networks of reverse proxies: what they say in X-Forwarded-For is believed." placeholder:"NETWORKS"`
	Secret     string `env:"MUSTER_SECRET" help:"At least 32 characters that sign addresses and seal passwords; by default a file under MUSTER_DATA. All nodes need the same." placeholder:"TEXT"`

	limits  api.Limits // what the three about the API say
	proxies []netip.Prefix
}

// check refuses what cannot work, in one sentence that says which variable and why.
func (c *Config) check() error {
	c.DB = cmp.Or(c.DB, "sqlite:"+filepath.Join(c.Data, "muster.db"))
	c.Blobs = cmp.Or(c.Blobs, "dir:"+filepath.Join(c.Data, "blobs"))
	for _, check := range []func() error{c.checkDB, c.checkListen, c.checkURL, c.checkInbox, c.checkSmarthost, c.checkReach, c.checkRates, c.checkProxies, c.checkSecret} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func refuse(variable, format string, args ...any) error {
	return fault.New(fault.Invalid, "%s: %s", variable, fmt.Sprintf(format, args...))
}

// unusable refuses a variable whose value has the right form and does not serve, in one line: the last, which says why.
func unusable(variable string, err error) error {
	why := err.Error()
	if fault.KindOf(err) != fault.Internal {
		why = fault.Message(err)
	}
	lines := strings.Split(strings.TrimSpace(why), "\n")
	return refuse(variable, "it cannot be used: %s", strings.TrimSpace(lines[len(lines)-1]))
}

// listen listens at the address that a variable says; instead is what else it could say.
func listen(variable, address, instead string) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, refuse(variable, "another program listens at %s already, perhaps another desk; end it, or %s", address, instead)
	case err != nil:
		return nil, refuse(variable, "%v; %s", err, instead)
	}
	return l, nil
}

func (c *Config) checkDB() error {
	path, file := strings.CutPrefix(c.DB, "sqlite:")
	if file && path != "" {
		return nil
	}
	u, err := url.Parse(c.DB)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" || u.Host == "" && u.Query().Get("host") == "" {
		return refuse("MUSTER_DB", "give the database as sqlite:PATH or postgres://USER@HOST/NAME")
	}
	return nil
}

func (c *Config) checkProxies() (err error) {
	c.proxies, err = proxies(c.Proxies)
	return err
}

func (c *Config) checkListen() error {
	for variable, address := range map[string]string{"MUSTER_LISTEN": c.Listen, "MUSTER_SMTP_LISTEN": c.SMTPListen} {
		if address == "" && variable == "MUSTER_SMTP_LISTEN" {
			continue
		}
		_, port, err := net.SplitHostPort(address)
		if err != nil {
			return refuse(variable, "%q is not HOST:PORT, such as 127.0.0.1:8080", address)
		}
		if _, err := net.LookupPort("tcp", port); err != nil {
			return refuse(variable, "%q is no port between 0 and 65535", port)
		}
	}
	return nil
}

func (c *Config) checkURL() error {
	if c.URL == "" {
		c.URL = "http://" + c.Listen
	}
	u, err := url.Parse(c.URL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" {
		return refuse("MUSTER_URL", "%q is not an address such as https://desk.example.org, without a path", c.URL)
	}
	c.URL = strings.TrimSuffix(c.URL, "/")
	return nil
}

func (c *Config) checkInbox() error {
	a, err := mail.ParseAddress(c.Inbox)
	if err != nil || a.Address != c.Inbox {
		return refuse("MUSTER_INBOX", "%q is no mail address, such as support@example.org", c.Inbox)
	}
	return nil
}

func (c *Config) checkSmarthost() error {
	if c.Smarthost == "" {
		return nil
	}
	if _, err := smarthost.Parse(c.Smarthost); err != nil {
		return refuse("MUSTER_SMARTHOST", "%s", fault.Message(err))
	}
	return nil
}

func (c *Config) checkReach() error {
	c.IMAPReach, c.HookReach = cmp.Or(c.IMAPReach, "public"), cmp.Or(c.HookReach, "public")
	for variable, name := range map[string]string{"MUSTER_IMAP_REACH": c.IMAPReach, "MUSTER_HOOK_REACH": c.HookReach} {
		if _, ok := reach.Named(name); !ok {
			return refuse(variable, "%q is none of public, internal and any", name)
		}
	}
	return nil
}

func (c *Config) checkRates() (err error) {
	if c.limits.PerToken, err = rate("MUSTER_API_RATE", c.APIRate); err != nil {
		return err
	}
	if c.limits.PerAddress, err = rate("MUSTER_API_RATE_ADDRESS", c.APIAddress); err != nil {
		return err
	}
	if !slices.Contains([]string{"", "yes", "no"}, c.APIAdmins) {
		return refuse("MUSTER_API_RATE_ADMINS", "%q is neither yes nor no", c.APIAdmins)
	}
	c.limits.Admins = c.APIAdmins == "yes"
	return nil
}

// rate reads how many requests are answered in a second; 0, for none given, is as the API has it.
func rate(variable, text string) (float64, error) {
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || !(n >= 0.01 && n <= 1e6) {
		return 0, refuse(variable, "%q is no number of requests a second from 0.01 to 1000000, such as 50", text)
	}
	return n, nil
}

const secretLength = 32

func (c *Config) checkSecret() error {
	if c.Secret != "" && len(c.Secret) < secretLength {
		return refuse("MUSTER_SECRET", "it has %d characters; %d are the least that cannot be guessed", len(c.Secret), secretLength)
	}
	return nil
}

// prepare makes the data folder, and a secret if none was given.
func (c *Config) prepare() error {
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return refuse("MUSTER_DATA", "the folder %s cannot be used: %v", c.Data, errors.Unwrap(err))
	}
	if path, ok := strings.CutPrefix(c.DB, "sqlite:"); ok {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return refuse("MUSTER_DB", "the folder of %s cannot be used: %v", path, errors.Unwrap(err))
		}
	}
	if c.Secret != "" {
		return nil
	}
	return c.keepSecret(filepath.Join(c.Data, "secret"))
}

// keepSecret reads the secret's file, or makes it: of two that start at once, one does.
func (c *Config) keepSecret(file string) error {
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		_, err = f.WriteString(rand.Text() + rand.Text() + "\n")
		if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
			return fmt.Errorf("keep a secret in %s: %w", file, err)
		}
	} else if !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("keep a secret in %s: %w", file, err)
	}
	b, err := os.ReadFile(file)
	c.Secret = strings.TrimSpace(string(b))
	if err == nil && len(c.Secret) < secretLength {
		return refuse("MUSTER_SECRET", "the file %s holds less than %d characters; delete it or write a longer one", file, secretLength)
	}
	return err
}
