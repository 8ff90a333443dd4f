package db

import "syscall"

const tcpUserTimeout = 18 // TCP_USER_TIMEOUT, which the syscall package does not name

// endUnheard bounds how long the system sends again what the other side does not acknowledge.
func endUnheard(network, _ string, c syscall.RawConn) (err error) {
	if network == "unix" {
		return nil
	}
	if fault := c.Control(func(fd uintptr) {
		err = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, tcpUserTimeout, int(unheard.Milliseconds()))
	}); fault != nil {
		return fault
	}
	return err
}
