package smtpd

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// talk is a sender that says exactly what it is told to.
type talk struct {
	t *testing.T
	net.Conn
	r *bufio.Reader
}

func talkTo(t *testing.T, addr string) *talk {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	k := &talk{t, c, bufio.NewReader(c)}
	k.hear("220")
	return k
}

func (k *talk) say(s string) {
	k.t.Helper()
	if _, err := k.Write([]byte(s)); err != nil {
		k.t.Fatal(err)
	}
}

// hear reads one answer, of any number of lines, that must begin with a code.
func (k *talk) hear(code string) string {
	k.t.Helper()
	all := ""
	for {
		line, err := k.r.ReadString('\n')
		all += line
		if err != nil || !strings.HasPrefix(line, code) {
			k.t.Fatalf("got %q, %v; want %s", all, err, code)
		}
		if line[3] == ' ' {
			return all
		}
	}
}

const opening = "EHLO out.example\r\nMAIL FROM:<ann@out.example>\r\nRCPT TO:<help@desk.example>\r\n"

func (k *talk) open() { k.t.Helper(); k.say(opening); k.hear("250"); k.hear("250"); k.hear("250") }

// What one server sees as the end of a message, and the one before it did not,
// lets a sender hide a message with a forged sender inside another.
func TestNoSmuggling(t *testing.T) {
	hidden := "MAIL FROM:<boss@desk.example>\r\nRCPT TO:<help@desk.example>\r\nDATA\r\nSubject: forged\r\n\r\nPay.\r\n"
	for _, end := range []string{"\n.\n", "\n.\r\n", "\r\n.\n", "\r\n.\r", "\r.\r", "\r.\r\n", "\n.\r", "\r\n\x00.\r\n", "\r\n.\x00\r\n", "\r\r\n.\n", "\r\r\n.\rx"} {
		t.Run(fmt.Sprintf("%q ends no message", end), func(t *testing.T) {
			d := &desk{}
			k := talkTo(t, open(t, d, Config{}))
			k.open()
			k.say("DATA\r\n")
			k.hear("354")
			k.say("Subject: one\r\n\r\nHello" + end + hidden + "\r\n.\r\nQUIT\r\n")
			k.hear("250")
			k.hear("221")
			got := d.all()
			if len(got) != 1 || got[0].From != "ann@out.example" || !strings.Contains(got[0].raw, "Subject: forged") {
				t.Errorf("got %+v, want one message with all of it inside", got)
			}
			for i := range got[0].raw {
				if got[0].raw[i] == '\n' && got[0].raw[i-1] != '\r' {
					t.Errorf("got %q, want a CR before each LF", got[0].raw)
					break
				}
			}
		})
	}
}

// Mailers that end lines twice over send CR CR LF; the end of their mail is an end all the same.
func TestMailThatEndsInCRCRLF(t *testing.T) {
	for _, row := range []struct{ rule, sent, got string }{
		{"the end is seen", "Subject: x\r\r\n\r\r\nHello\r\r\n.\r\n", "Subject: x\r\r\n\r\r\nHello\r\r\n"},
		{"a doubled dot is single again", "Hello\r\r\n..dot\r\r\n...two\r\r\n.\r\n", "Hello\r\r\n.dot\r\r\n..two\r\r\n"},
		{"a dot that nobody doubled goes, as everywhere", "Hello\r\r\n.dot\r\n.\r\n", "Hello\r\r\ndot\r\n"},
		{"a dot and a CR are no end", "Hello\r\r\n..\rx\r\n.\r\n", "Hello\r\r\n.\rx\r\n"},
		{"four CR", "Hello\r\r\r\r\n.\r\n", "Hello\r\r\r\r\n"},
		{"three CR, which the library sees", "Hello\r\r\r\n.\r\n", "Hello\r\r\r\n"},
		{"a lone CR stays", "Hel\rlo\r\n.\r\n", "Hel\rlo\r\n"},
	} {
		t.Run(row.rule, func(t *testing.T) {
			d := &desk{}
			k := talkTo(t, open(t, d, Config{}))
			k.open()
			k.say("DATA\r\n")
			k.hear("354")
			k.SetReadDeadline(time.Now().Add(10 * time.Second))
			k.say(row.sent + "QUIT\r\n") // at once, so that what follows the end is there to be mistaken for mail
			k.hear("250")
			if got := d.all(); len(got) != 1 || got[0].raw != row.got {
				t.Errorf("got %+v, want %q", got, row.got)
			}
		})
	}
}

func TestExtensions(t *testing.T) {
	d := &desk{}
	k := talkTo(t, open(t, d, Config{}))
	k.say("EHLO out.example\r\n")
	caps := k.hear("250")
	for _, want := range []string{"PIPELINING", "8BITMIME", "SMTPUTF8", "CHUNKING", "STARTTLS", "SIZE 36700160", "ENHANCEDSTATUSCODES"} {
		if !strings.Contains(caps, want) {
			t.Errorf("got %q, want %s among it", caps, want)
		}
	}
	for _, never := range []string{"AUTH", "VRFY", "EXPN", "BINARYMIME"} {
		if strings.Contains(caps, never) {
			t.Errorf("got %q, want no %s", caps, never)
		}
	}
	k.say("MAIL FROM:<jürgen@außen.example> SMTPUTF8 BODY=8BITMIME\r\nRCPT TO:<hälp@desk.example>\r\nDATA\r\n")
	k.hear("250")
	k.hear("250")
	k.hear("354")
	k.say("Subject: Größe\r\n\r\n\xff\xfe \x00\r\n.\r\n")
	k.hear("250 2.0.0 Accepted as ")
	k.say("MAIL FROM:<ann@out.example>\r\nRCPT TO:<help@desk.example>\r\nBDAT 7\r\nA: b\r\n.BDAT 6 LAST\r\n\r\nx\n.\n")
	for range 4 {
		k.hear("250")
	}
	got := d.all()
	if len(got) != 2 {
		t.Fatalf("got %d messages, want 2", len(got))
	}
	if m := got[0]; !m.UTF8 || m.From != "jürgen@außen.example" || m.To[0] != "hälp@desk.example" || m.raw != "Subject: Größe\r\n\r\n\xff\xfe \x00\r\n" {
		t.Errorf("got %+v, want it as sent", m)
	}
	if want := "A: b\r\n.\r\nx\r\n.\r\n"; got[1].raw != want {
		t.Errorf("in chunks: got %q, want %q: lone dots end nothing there", got[1].raw, want)
	}
}

func TestVerifyTellsNothing(t *testing.T) {
	k := talkTo(t, open(t, &desk{}, Config{}))
	k.say("EHLO out.example\r\n")
	k.hear("250")
	k.say("VRFY help@desk.example\r\n")
	known := k.hear("252")
	k.say("VRFY nobody@else.example\r\n")
	if unknown := k.hear("252"); unknown != known {
		t.Errorf("got %q and %q, want the same for a known and an unknown address", known, unknown)
	}
	k.say("EXPN all\r\n")
	k.hear("502")
}

func TestCommandsSentBeforeTLSAreForgotten(t *testing.T) {
	d := &desk{}
	k := talkTo(t, open(t, d, Config{}))
	k.say("EHLO out.example\r\n")
	k.hear("250")
	k.say("STARTTLS\r\nMAIL FROM:<evil@out.example>\r\nRCPT TO:<help@desk.example>\r\n")
	k.hear("220")
	sealed := tls.Client(k.Conn, &tls.Config{InsecureSkipVerify: true})
	k = &talk{t, sealed, bufio.NewReader(sealed)}
	k.say("NOOP\r\n")
	if got := k.hear("250"); !strings.Contains(got, "nothing") {
		t.Errorf("got %q, want the answer to NOOP first", got)
	}
	if len(d.asked) != 0 {
		t.Errorf("asked for %q, want nobody", d.asked)
	}
}

// pipes is a listener without a network, whose waits a bubble can shorten.
type pipes struct {
	calls  chan net.Conn
	closed chan struct{}
}

func newPipes() *pipes { return &pipes{make(chan net.Conn), make(chan struct{})} }

type end struct {
	net.Conn
	from net.Addr
}

func (e end) RemoteAddr() net.Addr { return e.from }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.calls:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}
func (p *pipes) Close() error   { close(p.closed); return nil }
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{} }

// call connects, and reads what the server says at any time, as a network would.
func (p *pipes) call(t *testing.T) *talk {
	t.Helper()
	here, there := net.Pipe()
	select {
	case p.calls <- end{there, &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 1}}:
	case <-p.closed:
		t.Fatal("nobody listens")
	}
	k := &talk{t, here, bufio.NewReader(here)}
	k.hear("220")
	return k
}

func TestTimeouts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, p := &desk{}, newPipes()
		stop := serve(t, p, d, Config{Timeout: time.Minute, MaxData: 10 * time.Minute})

		began := time.Now()
		silent := p.call(t)
		silent.hear("421")
		if got := time.Since(began); got != time.Minute {
			t.Errorf("a silent sender was shown out after %v, want a minute", got)
		}

		slow := p.begin(t)
		for range 3 {
			slow.say(strings.Repeat(strings.Repeat("s", 100)+"\r\n", 100)) // more than is read at once
			time.Sleep(50 * time.Second)
		}
		slow.say(".\r\n")
		slow.hear("250")

		stuck := p.begin(t)
		began = time.Now()
		stuck.say("Subject: half\r\n")
		stuck.hear("451")
		if got := time.Since(began); got != time.Minute {
			t.Errorf("a stuck sender was shown out after %v, want a minute", got)
		}

		endless := p.begin(t)
		began = time.Now()
		gone := make(chan bool)
		go func() {
			defer close(gone)
			for err := error(nil); err == nil; time.Sleep(30 * time.Second) {
				_, err = endless.Write([]byte(strings.Repeat(strings.Repeat("e", 100)+"\r\n", 50)))
			}
		}()
		endless.hear("451")
		if got := time.Since(began); got != 10*time.Minute {
			t.Errorf("an endless sender was shown out after %v, want ten minutes", got)
		}
		if got := d.all(); len(got) != 1 || len(got[0].raw) != 3*100*102 {
			t.Errorf("got %d messages, want the slow one alone", len(got))
		}
		for _, k := range []*talk{silent, slow, stuck, endless} {
			k.Close()
		}
		<-gone
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

// begin connects and speaks until a message may be sent.
func (p *pipes) begin(t *testing.T) *talk {
	t.Helper()
	k := p.call(t)
	for _, line := range append(strings.SplitAfter(strings.TrimSuffix(opening, "\n"), "\n"), "") {
		if line != "" {
			k.say(strings.TrimSuffix(line, "\n") + "\n")
			k.hear("250")
		}
	}
	k.say("DATA\r\n")
	k.hear("354")
	synctest.Wait() // until the message is waited for
	return k
}

func TestDrain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, p := &desk{}, newPipes()
		stop := serve(t, p, d, Config{})
		idle, sending, hanging := p.call(t), p.begin(t), p.begin(t)
		began := time.Now()
		stopped := make(chan error, 1)
		go func() { stopped <- stop() }()
		idle.hear("421")
		if got := time.Since(began); got > time.Second {
			t.Errorf("the idle one was shown out after %v, want at once", got)
		}
		first := strings.Repeat(strings.Repeat("f", 98)+"\r\n", 100) // more than is read at once
		sending.say(first)
		time.Sleep(5 * time.Second)
		sending.say("last\r\n.\r\n")
		sending.hear("250")
		sending.hear("421")
		if err := <-stopped; err != nil {
			t.Error(err)
		}
		if got := time.Since(began); got != drained {
			t.Errorf("stopped after %v, want %v: one message never came", got, drained)
		}
		if got := d.all(); len(got) != 1 || got[0].raw != first+"last\r\n" {
			t.Errorf("got %+v, want the message that was on its way", got)
		}
		for _, k := range []*talk{idle, sending, hanging} {
			k.Close()
		}
	})
}

func TestDrainEndsWhatIsBeingKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ended error
		d, p := &desk{accept: func(ctx context.Context, _ taken) error { <-ctx.Done(); ended = ctx.Err(); return ended }}, newPipes()
		stop := serve(t, p, d, Config{})
		k := p.begin(t)
		k.say(letter + ".\r\n")
		if err := stop(); err != nil {
			t.Error(err)
		}
		synctest.Wait()
		if ended == nil {
			t.Error("the callback was left waiting, want that its context ends when Serve returns")
		}
		k.Close()
	})
}
