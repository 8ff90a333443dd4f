package smarthost

import (
	"errors"
	"net/smtp"
)

// plain signs in with AUTH PLAIN. The standard library's refuses to do so
// without encryption; here the operator has decided that.
type plain struct{ c Config }

func (p plain) Start(*smtp.ServerInfo) (string, []byte, error) {
	return "PLAIN", []byte("\x00" + p.c.User + "\x00" + p.c.Password), nil
}

func (p plain) Next(_ []byte, more bool) ([]byte, error) {
	if more {
		return nil, errors.New("the server asks for more than user and password")
	}
	return nil, nil
}

// login signs in with AUTH LOGIN, which is all that some old servers know.
type login struct {
	c    Config
	step int
}

func (l *login) Start(*smtp.ServerInfo) (string, []byte, error) { return "LOGIN", nil, nil }

func (l *login) Next(_ []byte, more bool) ([]byte, error) {
	if !more {
		return nil, nil
	}
	l.step++
	switch l.step {
	case 1:
		return []byte(l.c.User), nil
	case 2:
		return []byte(l.c.Password), nil
	}
	return nil, errors.New("the server asks for more than user and password")
}
