package ui

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// A request that dawdles is given up; one that is slow and steady is not, nor one whose answer takes long.
func TestLimitOfTime(t *testing.T) {
	for _, row := range []struct {
		rule  string
		pause time.Duration // between two bytes
		takes bool
	}{
		{"a byte in two minutes", 2 * time.Minute, false},
		{"a byte in half a minute", 30 * time.Second, true},
		{"slow and steady for an hour", 59 * time.Second, false},
	} {
		synctest.Test(t, func(t *testing.T) {
			ours, theirs := net.Pipe()
			l := &oneConn{conn: make(chan net.Conn, 1)}
			l.conn <- ours
			server := &http.Server{Handler: Gzip(Limit(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if _, err := io.ReadAll(r.Body); err != nil {
					w.WriteHeader(http.StatusRequestTimeout)
					return
				}
				time.Sleep(3 * nextPiece)
				if r.Context().Err() != nil {
					t.Error("the answer was broken off")
				}
			}), 1000, 1000))}
			go server.Serve(l)
			defer server.Close()
			go func() {
				io.WriteString(theirs, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n")
				for range 50 {
					time.Sleep(row.pause)
					if _, err := io.WriteString(theirs, "x"); err != nil {
						return
					}
				}
			}()
			answer, err := http.ReadResponse(bufio.NewReader(theirs), nil)
			if err != nil {
				t.Fatalf("%s: %v", row.rule, err)
			}
			if took := answer.StatusCode == http.StatusOK; took != row.takes {
				t.Errorf("%s: got %d", row.rule, answer.StatusCode)
			}
			theirs.Close()
		})
	}
}

// oneConn is a listener to which one connection comes.
type oneConn struct{ conn chan net.Conn }

func (l *oneConn) Accept() (net.Conn, error) {
	c, ok := <-l.conn
	if !ok {
		return nil, net.ErrClosed
	}
	return c, nil
}
func (l *oneConn) Close() error   { close(l.conn); return nil }
func (l *oneConn) Addr() net.Addr { return &net.TCPAddr{} }
