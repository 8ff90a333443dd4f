package smarthost

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// mail is a message on its way.
type mail struct {
	from    string
	raw     []byte
	results []Result
	open    []int // of the results: recipients of whom nothing is known yet
	wide    bool  // an address needs SMTPUTF8
}

func newMail(from string, to []string, raw []byte) *mail {
	m := &mail{raw: crlf(raw)}
	var err error
	m.from, err = path(from)
	for i, addr := range to {
		m.results = append(m.results, Result{Recipient: addr})
		if _, wrong := path(addr); err != nil || wrong != nil || addr == "" {
			m.set(i, answer{553, "5.1.3", "This is no address that mail can be sent to or from."})
			continue
		}
		m.open = append(m.open, i)
		m.wide = m.wide || !ascii(addr)
	}
	m.wide = m.wide || !ascii(m.from)
	return m
}

// path returns an address as SMTP carries it: without anything that could end
// the command, and its domain in ASCII.
func path(addr string) (string, error) {
	for _, c := range addr {
		if c <= ' ' || c == 0x7f || c == '<' || c == '>' || c == utf8.RuneError {
			return "", errors.New("no address")
		}
	}
	local, domain, ok := cutLast(addr, "@")
	if !ok || domain == "" || local == "" {
		if addr == "" {
			return "", nil
		}
		return "", errors.New("no address")
	}
	if a, err := idna.Lookup.ToASCII(domain); err == nil {
		domain = a
	}
	return local + "@" + domain, nil
}

func cutLast(s, sep string) (before, after string, ok bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

func ascii(addr string) bool {
	p, _ := path(addr)
	return !strings.ContainsFunc(p, func(c rune) bool { return c >= utf8.RuneSelf })
}

// crlf ends each line with CR LF: a lone CR or LF could be the end of a line,
// or of the message, for the next server and not for us.
func crlf(raw []byte) []byte {
	out := make([]byte, 0, len(raw)+len(raw)/32)
	for i, c := range raw {
		switch {
		case c == '\r' && (i+1 == len(raw) || raw[i+1] != '\n'):
			out = append(out, '\r', '\n')
		case c == '\n' && (i == 0 || raw[i-1] != '\r'):
			out = append(out, '\r', '\n')
		default:
			out = append(out, c)
		}
	}
	return out
}

func (m *mail) set(i int, a answer) {
	r := &m.results[i]
	r.Code, r.Enhanced, r.Text = a.code, a.enhanced, a.text
	r.Sent, r.Permanent = a.yes(), a.code/100 == 5
}

// settle gives the same answer to every recipient that has none.
func (m *mail) settle(a answer) {
	for _, i := range m.open {
		m.set(i, a)
	}
	m.open = nil
}

// fail returns the results where something else than an answer came.
func (m *mail) fail(err error) []Result {
	m.settle(answer{text: err.Error()})
	return m.results
}

// answer is what a server said.
type answer struct {
	code           int
	enhanced, text string
}

func newAnswer(code int, text string) answer {
	first, rest, _ := strings.Cut(text, " ")
	parts := strings.Split(first, ".")
	if len(parts) != 3 || parts[0] != strconv.Itoa(code/100) {
		return answer{code, "", text}
	}
	for _, p := range parts[1:] {
		if _, err := strconv.ParseUint(p, 10, 16); err != nil {
			return answer{code, "", text}
		}
	}
	return answer{code, first, strings.ReplaceAll(rest, "\n"+first+" ", "\n")}
}

func (a answer) yes() bool { return a.code/100 == 2 }

// send hands over a message. After an error the connection is of no use.
func (l *link) send(ctx context.Context, m *mail) error {
	defer l.within(ctx)()
	if refusal, ok := l.cannot(m); ok {
		m.settle(refusal)
		return nil
	}
	a, err := l.envelope(m)
	switch {
	case err != nil:
		return because(ctx, err)
	case a.code == 421:
		m.settle(a)
		return errors.New(a.text)
	case !a.yes():
		m.settle(a)
	}
	if len(m.open) == 0 {
		_, err := l.command("RSET")
		return err
	}
	if err := l.data(m); err != nil {
		return because(ctx, fmt.Errorf("the connection broke while the message was sent: %w", err))
	}
	return nil
}

// cannot tells what the server has said that it does not do.
func (l *link) cannot(m *mail) (answer, bool) {
	if _, limit := l.client.Extension("SIZE"); limit != "" {
		if n, err := strconv.Atoi(limit); err == nil && n > 0 && len(m.raw) > n {
			return answer{552, "5.3.4", fmt.Sprintf("The message has %d bytes, and %s takes %d at most.", len(m.raw), l.c.Host, n)}, true
		}
	}
	if takes, _ := l.client.Extension("SMTPUTF8"); m.wide && !takes {
		return answer{553, "5.6.7", fmt.Sprintf("An address has letters beyond ASCII before the @, which %s does not take.", l.c.Host)}, true
	}
	return answer{}, false
}

// envelope names the sender and the recipients: all at once if the server can
// take it so. It returns the answer about the sender; that about a recipient
// is kept if it is a refusal.
func (l *link) envelope(m *mail) (answer, error) {
	commands := []string{l.mailFrom(m)}
	for _, i := range m.open {
		to, _ := path(m.results[i].Recipient)
		commands = append(commands, "RCPT TO:<"+to+">")
	}
	answers, err := l.commands(commands)
	if err != nil {
		if len(answers) == 0 || answers[0].code == 421 {
			err = fmt.Errorf("%w: %w", errStale, err)
		}
		return answer{}, err
	}
	if answers[0].code == 421 && l.expiry != nil {
		return answer{}, fmt.Errorf("%w: %s", errStale, answers[0].text)
	}
	var left []int
	for n, i := range m.open {
		if a := answers[1+n]; answers[0].yes() && !a.yes() {
			m.set(i, a)
		} else {
			left = append(left, i)
		}
	}
	m.open = left
	return answers[0], nil
}

func (l *link) mailFrom(m *mail) string {
	command := "MAIL FROM:<" + m.from + ">"
	if ok, _ := l.client.Extension("SIZE"); ok {
		command += " SIZE=" + strconv.Itoa(len(m.raw))
	}
	if ok, _ := l.client.Extension("8BITMIME"); ok {
		command += " BODY=8BITMIME"
	}
	if m.wide {
		command += " SMTPUTF8"
	}
	return command
}

// commands sends several commands, and returns the answers that came.
func (l *link) commands(all []string) (answers []answer, err error) {
	if pipelining, _ := l.client.Extension("PIPELINING"); !pipelining {
		for _, c := range all {
			a, err := l.command("%s", c)
			if err != nil {
				return answers, err
			}
			answers = append(answers, a)
		}
		return answers, nil
	}
	var ids []uint
	for batch := range slices.Chunk(all, 100) {
		id, err := l.client.Text.Cmd("%s", strings.Join(batch, "\r\n"))
		if err != nil {
			return answers, err
		}
		ids = append(ids, id)
		l.client.Text.StartResponse(id)
		for range batch {
			a, err := l.read()
			if err != nil {
				return answers, err
			}
			answers = append(answers, a)
		}
		l.client.Text.EndResponse(id)
	}
	return answers, nil
}

// data sends the message to those that are left, and settles them.
func (l *link) data(m *mail) error {
	a, err := l.command("DATA")
	if err != nil {
		return err
	}
	if a.code != 354 {
		m.settle(a)
		_, err := l.command("RSET")
		return err
	}
	if err := l.body(m.raw); err != nil {
		return err
	}
	if a, err = l.read(); err != nil {
		return err
	}
	m.settle(a)
	return nil
}
