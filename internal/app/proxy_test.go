package app

import "testing"

func TestClientAddress(t *testing.T) {
	ours, err := proxies("127.0.0.0/8, ::1, 10.1.2.3")
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		rule, remote string
		forwarded    []string
		want         string
	}{
		{"without a proxy it is who connects", "203.0.113.7:4000", nil, "203.0.113.7:4000"},
		{"who is no proxy of ours cannot say to be another", "203.0.113.7:4000", []string{"198.51.100.1"}, "203.0.113.7:4000"},
		{"a proxy says who it is", "127.0.0.1:4000", []string{"203.0.113.7"}, "203.0.113.7:0"},
		{"what the visitor wrote is left", "127.0.0.1:4000", []string{"192.0.2.1, 203.0.113.7"}, "203.0.113.7:0"},
		{"in whatever lines", "[::1]:4000", []string{"192.0.2.1", "203.0.113.7"}, "203.0.113.7:0"},
		{"over two proxies", "127.0.0.1:4000", []string{"203.0.113.7, 10.1.2.3"}, "203.0.113.7:0"},
		{"IPv6", "127.0.0.1:4000", []string{"2001:db8::1"}, "[2001:db8::1]:0"},
		{"what is no address is nobody", "127.0.0.1:4000", []string{"unknown"}, "127.0.0.1:4000"},
		{"a proxy that says nothing", "127.0.0.1:4000", nil, "127.0.0.1:4000"},
	} {
		if got := clientAddress(ours, row.remote, row.forwarded); got != row.want {
			t.Errorf("%s: got %s, want %s", row.rule, got, row.want)
		}
	}
	if _, err := proxies("10.0.0.0/8,proxy.example.org"); err == nil {
		t.Error("a name is taken for a network")
	}
}
