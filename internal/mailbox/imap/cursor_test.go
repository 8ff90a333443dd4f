package imap

import (
	"fmt"
	"testing"
	"time"
)

func TestMeet(t *testing.T) {
	now := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	was := Cursor{Validity: 7, First: 1, Last: 10, Careful: 12, Tries: 2, Reconciled: now}
	for _, row := range []struct {
		rule           string
		c              Cursor
		validity, next uint32
		newOnly        bool
		want           Cursor
		anew           bool
	}{
		{"a new folder is read from its first message", Cursor{}, 7, 11, false, Cursor{Validity: 7, First: 1, Reconciled: now}, false},
		{"or from what comes next", Cursor{}, 7, 11, true, Cursor{Validity: 7, First: 11, Last: 10, Since: now, Reconciled: now}, false},
		{"an old one from where we are", was, 7, 11, false, was, false},
		{"another UIDVALIDITY: from the first", was, 8, 11, false, Cursor{Validity: 8, First: 1, Reconciled: now}, true},
		{"fewer UIDs than there were: from the first", was, 7, 10, false, Cursor{Validity: 7, First: 1, Reconciled: now}, true},
		{"a server that does not say its next UID", was, 7, 0, false, was, false},
	} {
		t.Run(row.rule, func(t *testing.T) {
			if got, anew := row.c.meet(row.validity, row.next, row.newOnly, now); got != row.want || anew != row.anew {
				t.Errorf("got %+v, %v; want %+v, %v", got, anew, row.want, row.anew)
			}
		})
	}
}

func TestBroke(t *testing.T) {
	c := Cursor{Last: 10}
	if c.careful() {
		t.Error("careful without a reason")
	}
	c = c.broke(60, false)
	if !c.careful() || c.Tries != 0 {
		t.Errorf("got %+v, want one at a time up to 60, and nobody blamed yet", c)
	}
	c = c.broke(11, true).broke(11, true)
	if c.Tries != 2 || c.Careful != 60 {
		t.Errorf("got %+v, want two tries at the next message", c)
	}
	if c = c.moved(11); c.Tries != 0 || !c.careful() {
		t.Errorf("got %+v, want that the next one starts anew", c)
	}
	if c = c.moved(60); c.careful() {
		t.Errorf("got %+v, want that care ends at 60", c)
	}
	if c.moved(5).Last != 60 {
		t.Error("the cursor went back")
	}
}

func TestBatches(t *testing.T) {
	all := []meta{{uid: 1, size: 1}, {uid: 2, size: 1}, {uid: 3, size: batchBytes - 1}, {uid: 4, size: 2}, {uid: 5, size: 1}}
	var got [][]uint32
	for _, b := range batches(all, 2) {
		var uids []uint32
		for _, m := range b {
			uids = append(uids, m.uid)
		}
		got = append(got, uids)
	}
	if want := "[[1 2] [3] [4 5]]"; fmt.Sprint(got) != want {
		t.Errorf("got %v, want %s", got, want)
	}
	if len(batches(nil, 2)) != 0 {
		t.Error("nothing makes a batch")
	}
}

func TestMessageID(t *testing.T) {
	for raw, want := range map[string]string{
		"Subject: x\r\nmessage-ID:\r\n <a@b>\r\nTo: c\r\n\r\nMessage-ID: <body@b>": "<a@b>",
		"Message-ID: a@@b\n\n":          "a@@b",
		"Subject: x\n\nMessage-ID: <b>": "",
		"":                              "",
	} {
		if got := messageID([]byte(raw)); got != want {
			t.Errorf("%q: got %q, want %q", raw, got, want)
		}
	}
}

func TestPause(t *testing.T) {
	for _, row := range []struct {
		s        State
		min, max time.Duration
	}{
		{State{Status: Unreachable, Failures: 1}, time.Second, 3 * time.Second},
		{State{Status: Unreachable, Failures: 100}, 3 * time.Minute, 7 * time.Minute},
		{State{Status: Refused, Failures: 1}, 3 * time.Minute, 7 * time.Minute},
		{State{Status: Refused, Failures: 100}, 40 * time.Minute, 80 * time.Minute},
	} {
		if got := pause(row.s); got < row.min || got > row.max {
			t.Errorf("%+v: got %v, want between %v and %v", row.s, got, row.min, row.max)
		}
	}
}
