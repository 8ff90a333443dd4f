package rest

import "testing"

func TestETags(t *testing.T) {
	for _, row := range []struct {
		have string
		want bool
	}{{`"3"`, true}, {`"2"`, false}, {`W/"3"`, true}, {`"2", "3"`, true}, {"*", true}, {"", false}} {
		if got := matches(row.have, `"3"`); got != row.want {
			t.Errorf("If-None-Match: %s against \"3\": got %v, want %v", row.have, got, row.want)
		}
	}
}

func TestMatch(t *testing.T) {
	for _, row := range []struct {
		rule, match string
		want        int64
		ok          bool
	}{
		{"no header minds nothing", "", anyVersion, true},
		{"a star neither", "*", anyVersion, true},
		{"an ETag is its version", `"3"`, 3, true},
		{"a weak one too", `W/"3"`, 3, true},
		{"there is no version 0", `"0"`, 0, false},
		{"another's ETag is none of ours", `"abc"`, 0, false},
	} {
		if got, err := (Match{row.match}).version(); got != row.want || (err == nil) != row.ok {
			t.Errorf("%s: got %d, %v, want %d", row.rule, got, err, row.want)
		}
	}
}
