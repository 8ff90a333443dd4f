package db

import (
	"net"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
)

// A connection to a server that lost its power ends by itself. Nothing short of losing packets would show it at work.
func TestConnectionsEndUnheard(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	config, err := pgx.ParseConfig("postgres://127.0.0.1/x")
	if err != nil {
		t.Fatal(err)
	}
	impatient(config)
	conn, err := config.DialFunc(t.Context(), "tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	raw, err := conn.(*net.TCPConn).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	if err := raw.Control(func(fd uintptr) {
		got, err := syscall.GetsockoptInt(int(fd), syscall.IPPROTO_TCP, tcpUserTimeout)
		if err != nil || got != 10_000 {
			t.Errorf("what is sent is unheard for %d ms, %v; want 10 s", got, err)
		}
	}); err != nil {
		t.Fatal(err)
	}
}
