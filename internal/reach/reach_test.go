package reach

import (
	"net/netip"
	"testing"
)

func TestWhere(t *testing.T) {
	for _, row := range []struct {
		addr             string
		public, internal bool
	}{
		{"192.0.2.1", true, true},
		{"2001:db8::1", true, true},
		{"10.0.0.1", false, true},
		{"192.168.1.1", false, true},
		{"::ffff:172.16.0.1", false, true},
		{"fd12::1", false, true},
		{"100.64.0.1", false, true},
		{"127.0.0.1", false, false},
		{"::1", false, false},
		{"::ffff:127.0.0.1", false, false},
		{"169.254.169.254", false, false},
		{"fe80::1", false, false},
		{"fd00:ec2::254", false, false},
		{"0.0.0.0", false, false},
		{"::", false, false},
		{"64:ff9b::7f00:1", false, false},
		{"2002:7f00:1::", false, false},
		{"224.0.0.1", false, false},
		{"255.255.255.255", false, false},
		{"240.0.0.1", false, false},
		{"198.18.0.1", false, true},
		{"192.0.0.192", false, false},
		{"64:ff9b:1::a9fe:a9fe", false, false},
		{"2001:0:7f00:1::", false, false},
	} {
		a := netip.MustParseAddr(row.addr)
		if Public(a) != row.public || Internal(a) != row.internal {
			t.Errorf("%s: got public %v, internal %v; want %v, %v", row.addr, Public(a), Internal(a), row.public, row.internal)
		}
	}
}
