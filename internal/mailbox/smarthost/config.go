package smarthost

import (
	"net"
	"net/url"
	"strings"

	"muster/internal/fault"
)

// Security says how a connection is protected.
type Security string

const (
	Required      Security = "required"      // STARTTLS, or no mail
	Opportunistic Security = "opportunistic" // STARTTLS if it is offered
	Plain         Security = "none"          // no encryption: on the same machine, say
	Implicit      Security = "implicit"      // TLS from the first byte: smtps
)

// Config is where mail is handed over.
type Config struct {
	Host, Port     string
	User, Password string
	Security       Security
}

// Parse reads smtp://USER:PASSWORD@HOST:PORT or smtps://…, with ?tls=required,
// opportunistic or none. Without tls=, a password is only sent over TLS.
func Parse(s string) (Config, error) {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "smtp" && u.Scheme != "smtps" || u.Hostname() == "" {
		return Config{}, fault.New(fault.Invalid, "the mail server must be given as smtp://USER:PASSWORD@HOST:PORT; special characters of a password are written as %%40 and the like")
	}
	c := Config{Host: u.Hostname(), Port: u.Port(), User: u.User.Username(), Security: Security(u.Query().Get("tls"))}
	c.Password, _ = u.User.Password()
	if u.Scheme == "smtps" {
		c.Security = Implicit
	}
	if c.Port == "" {
		c.Port = map[bool]string{true: "465", false: "587"}[c.Security == Implicit]
	}
	if _, err := net.LookupPort("tcp", c.Port); err != nil {
		return c, fault.New(fault.Invalid, "%q is no port between 0 and 65535", c.Port)
	}
	switch c.Security {
	case "":
		c.Security = Opportunistic
		if c.User != "" && !loopback(c.Host) {
			c.Security = Required
		}
	case Required, Opportunistic, Plain, Implicit:
	default:
		return c, fault.New(fault.Invalid, "tls= is required, opportunistic or none, not %q", c.Security)
	}
	if (c.User == "") != (c.Password == "") {
		return c, fault.New(fault.Invalid, "give both a user and a password, or neither")
	}
	if strings.Trim(u.Path, "/") != "" {
		return c, fault.New(fault.Invalid, "nothing follows the port, unlike %q", u.Path)
	}
	return c, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
