package smarthost

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"muster/internal/fault"
)

// TLS says how a connection is encrypted.
type TLS string

const (
	Required      TLS = "required"      // or nothing is sent; the certificate must be right
	Opportunistic TLS = "opportunistic" // if the server offers it; nobody checks who it is
	Cleartext     TLS = "none"          // never, not even the password
)

// Config says which server takes our mail, and how it is talked to.
type Config struct {
	Host           string
	Port           int
	User, Password string // empty: no sign-in
	TLS            TLS
	Implicit       bool // encrypted from the first byte: smtps

	Helo        string        // our own name; "": the host name of this machine
	Connections int           // at once; 0: 8
	Timeout     time.Duration // for one message, with connecting; 0: 2 min
	Idle        time.Duration // how long a connection waits for the next message; 0: 30 s

	// Dial connects; nil: as usual. Whoever lets others than the operator
	// choose the server sets one that refuses addresses inside the network.
	Dial      func(ctx context.Context, network, addr string) (net.Conn, error)
	TLSConfig *tls.Config // whom to trust; nil: the machine's certificate authorities
}

func (c Config) orDefault() Config {
	if c.Helo == "" {
		c.Helo, _ = os.Hostname()
	}
	if c.Helo == "" {
		c.Helo = "localhost"
	}
	if c.Connections == 0 {
		c.Connections = 8
	}
	if c.Timeout == 0 {
		c.Timeout = 2 * time.Minute
	}
	if c.Idle == 0 {
		c.Idle = 30 * time.Second
	}
	if c.Dial == nil {
		c.Dial = (&net.Dialer{Timeout: 30 * time.Second}).DialContext
	}
	return c
}

// Parse reads the address of a server:
//
//	smtp://user:password@host:port?tls=required
//	smtps://user:password@host
//
// Without a port it is 465 for smtps, 587 with a user, else 25. Without tls=
// encryption is required if there is a password that leaves this machine, else
// used if possible. What
// is wrong is refused in a sentence, which never shows the password.
func Parse(address string) (Config, error) {
	scheme, rest, ok := strings.Cut(strings.TrimSpace(address), "://")
	if !ok || scheme != "smtp" && scheme != "smtps" {
		return Config{}, refuse("must begin with smtp:// or smtps://, as in smtp://user:password@mail.example.com:587")
	}
	u, err := url.Parse(scheme + "://" + rest)
	if err != nil {
		return Config{}, refuse("cannot be read: write special characters of the user or the password as %%XX, for instance @ as %%40, and / as %%2F")
	}
	c := Config{Host: u.Hostname(), User: u.User.Username(), Implicit: scheme == "smtps"}
	c.Password, _ = u.User.Password()
	switch {
	case c.Host == "":
		return Config{}, refuse("names no host")
	case strings.Trim(u.Path, "/") != "" || u.Fragment != "":
		return Config{}, refuse("must end after the host and port, but goes on with %.40q", u.Path+u.Fragment)
	case (c.User == "") != (c.Password == ""):
		return Config{}, refuse("needs both a user and a password, or neither")
	}
	if c.Port, err = port(u.Port(), c); err != nil {
		return Config{}, err
	}
	c.TLS, err = encryption(u.Query(), c)
	return c, err
}

func refuse(format string, args ...any) error {
	return fault.Field("smarthost", "The address of the mail server "+format+".", args...)
}

func port(s string, c Config) (int, error) {
	switch {
	case s == "" && c.Implicit:
		return 465, nil
	case s == "" && c.User != "":
		return 587, nil
	case s == "":
		return 25, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > 65535 {
		return 0, refuse("has the port %.20q, which is not between 1 and 65535", s)
	}
	return n, nil
}

func encryption(q url.Values, c Config) (TLS, error) {
	for name, values := range q {
		if name != "tls" || len(values) != 1 {
			return "", refuse("has the setting %.40q, but there is only tls=, once", name)
		}
	}
	asked := TLS(q.Get("tls"))
	switch {
	case !q.Has("tls") && (c.Implicit || c.Password != "" && !c.local()):
		return Required, nil
	case !q.Has("tls"):
		return Opportunistic, nil
	case !slices.Contains([]TLS{Required, Opportunistic, Cleartext}, asked):
		return "", refuse("says tls=%.40s, which is none of required, opportunistic and none", asked)
	case asked == Cleartext && c.Implicit:
		return "", refuse("says smtps://, which is encrypted, and tls=none, which is not")
	}
	return asked, nil
}

// local reports whether the server is on this machine, where nobody listens in.
func (c Config) local() bool {
	ip := net.ParseIP(c.Host)
	return c.Host == "localhost" || ip != nil && ip.IsLoopback()
}

// String returns the address without the password, for people and logs.
func (c Config) String() string {
	scheme, user := "smtp", ""
	if c.Implicit {
		scheme = "smtps"
	}
	if c.User != "" {
		user = url.User(c.User).String() + "@"
	}
	return fmt.Sprintf("%s://%s%s?tls=%s", scheme, user, c.hostPort(), c.TLS)
}
