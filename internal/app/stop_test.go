package app

import (
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// A node that is told to stop is gone within ten seconds, whoever dawdles, and that is no failure of its own.
func TestStopsInTime(t *testing.T) {
	d := startDesk(t, "sqlite:"+t.TempDir()+"/muster.db")
	d.hire("Ines Marrow", "admin")
	d.mintToken("admin")
	host := strings.TrimPrefix(d.URL, "http://")
	say := func(address, text string) {
		c, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		if _, err := c.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	say(host, fmt.Sprintf("POST /api/v1/tickets HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"ti", d.token))
	say(d.house.config.SMTPListen, "EHLO x\r\nMAIL FROM:<eve@elsewhere.example>\r\nRCPT TO:<support@quillmere.example>\r\nDATA\r\nSubject: half\r\n\r\nhalf")
	say(d.house.config.SMTPListen, "EHLO x\r\n")
	time.Sleep(300 * time.Millisecond) // both are in the middle of what they say
	began := time.Now()
	d.stop()
	if took := time.Since(began); took > 9*time.Second {
		t.Errorf("it took %v to stop, want less than ten seconds with something to spare", took)
	}
	if _, err := http.Get(d.URL + "/healthz"); err == nil {
		t.Error("it answers though it has stopped")
	}
}
