package smarthost

import (
	"context"
	"fmt"
)

// Step is one thing that was tried, for the page that shows whether a server takes our mail.
type Step struct {
	Name   string
	OK     bool
	Detail string
}

// Probe tries everything up to the message itself, which is not sent: it
// connects, encrypts, signs in, and asks whether mail may go from one address
// to another. It ends with the first step that does not succeed.
func Probe(ctx context.Context, c Config, from, to string) []Step {
	c = c.orDefault()
	ctx, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	l := &link{c: c}
	var steps []Step
	stages := append(l.stages(),
		stage{"Sender", func(context.Context) (string, error) { return l.ask("MAIL FROM:<%s>", from) }},
		stage{"Recipient", func(context.Context) (string, error) { return l.ask("RCPT TO:<%s>", to) }})
	for _, s := range stages {
		detail, err := l.try(ctx, s)
		if err != nil {
			return append(steps, Step{s.name, false, err.Error()})
		}
		steps = append(steps, Step{s.name, true, detail})
	}
	l.command("RSET")
	l.quit()
	return steps
}

// ask names an address, and returns what the server says of it.
func (l *link) ask(command, addr string) (string, error) {
	p, err := path(addr)
	if err != nil {
		return "", fmt.Errorf("%q is no address", addr)
	}
	a, err := l.command(command, p)
	if err != nil {
		return "", err
	}
	if !a.yes() {
		return "", fmt.Errorf("%s says %d %s", l.c.Host, a.code, a.text)
	}
	return addr + ": " + a.text, nil
}
