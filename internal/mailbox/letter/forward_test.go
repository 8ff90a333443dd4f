package letter

import "testing"

func TestForwarded(t *testing.T) {
	want := map[string]string{
		"trim-forward-gmail": "Ben Kunde <ben@kunde.example>", "trim-forward-apple": "Ben Kunde <ben@kunde.example>",
		"trim-forward-outlook-de": "Ben Kunde <ben@kunde.example>", "trim-forward-thunderbird": "Ben Kunde <ben@kunde.example>",
		"forward-attached": "Ben Kunde <ben@kunde.example>",
	}
	for _, s := range corpus() {
		l, err := Read([]byte(s.raw), Limits{})
		if err != nil {
			t.Fatal(err)
		}
		got, ok := l.Forwarded()
		if got.String() != want[s.name] || ok != (want[s.name] != "") {
			t.Errorf("%s: got %q (%v), want %q", s.name, got, ok, want[s.name])
		}
		delete(want, s.name)
	}
	if len(want) > 0 {
		t.Errorf("not in the corpus: %v", want)
	}
}

func TestQuotedSender(t *testing.T) {
	for _, row := range []struct{ rule, text, want string }{
		{"bold labels", "See below\n*From:* Ben <ben@kunde.example>\n*Sent:* Monday\n*To:* Anna\n", "Ben <ben@kunde.example>"},
		{"quoted, Japanese", "> 差出人: Ben <ben@kunde.example>\n> 送信日時: 2025年3月3日\n> 宛先: Anna\n", "Ben <ben@kunde.example>"},
		{"French spaces", "De\u00a0: Ben <ben@kunde.example>\nEnvoyé\u00a0: lundi\nÀ\u00a0: Anna\nObjet\u00a0: x\n", "Ben <ben@kunde.example>"},
		{"old Outlook", "Von: Ben [mailto:ben@kunde.example]\nGesendet: Montag\nAn: Anna\n", "Ben <ben@kunde.example>"},
		{"a sentence is no head", "The mail came from: ben@kunde.example\nand that is all.\n", ""},
		{"one field is no head", "From: ben@kunde.example\n\nHello\n", ""},
		{"no address", "From: Ben\nSent: Monday\nTo: Anna\n", ""},
		{"nothing", "", ""},
	} {
		if got, ok := QuotedSender(row.text); got.String() != row.want || ok != (row.want != "") {
			t.Errorf("%s: got %q (%v), want %q", row.rule, got, ok, row.want)
		}
	}
}
