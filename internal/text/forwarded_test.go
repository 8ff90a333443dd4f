package text_test

import (
	"testing"

	"muster/internal/text"
)

func TestForwardedInEveryLanguage(t *testing.T) {
	const want = "Ann Ek <ann@ex.test>"
	for _, s := range samples {
		for name, in := range map[string]string{
			"announced":       "See below.\n\n" + s.forward + "\nSubject: x\n\nOld.",
			"by apple mail":   "See below.\n\n" + s.begin + "\n> \n> Old.",
			"by outlook":      "See below.\n\n" + s.header + "\n\nOld.",
			"by old outlook":  s.original + "\n" + s.header + "\n\nOld.",
			"nothing above":   s.forward,
			"after an answer": "Bo\nFrom: me\n\n" + s.forward,
		} {
			if got, ok := text.Forwarded(in); got != want || !ok {
				t.Errorf("%s, %s: got %q, %v, want %q", s.name, name, got, ok, want)
			}
		}
	}
}

func TestForwarded(t *testing.T) {
	const mark = "---------- Forwarded message ---------\n"
	for _, r := range []struct{ name, in, want string }{
		{"name and address", mark + "From: Ann Ek <ann@ex.test>", "Ann Ek <ann@ex.test>"},
		{"address alone", mark + "From: ann@ex.test", "ann@ex.test"},
		{"address in brackets", mark + "From: <ann@ex.test>", "ann@ex.test"},
		{"address as its own name", mark + "From: ann@ex.test <ann@ex.test>", "ann@ex.test"},
		{"quoted name", mark + `From: "Ek, Ann" <ann@ex.test>`, "Ek, Ann <ann@ex.test>"},
		{"outlook's brackets", mark + "From: Ann Ek [mailto:ann@ex.test]", "Ann Ek <ann@ex.test>"},
		{"address linked to itself", mark + "From: Ann Ek <ann@ex.test<mailto:ann@ex.test>>", "Ann Ek <ann@ex.test>"},
		{"gmail's dir marks", mark + "*From:* *Ann Ek* <ann@ex.test>", "Ann Ek <ann@ex.test>"},
		{"subject before sender", "-------- Forwarded Message --------\nSubject: x\nDate: y\nFrom: Ann Ek <ann@ex.test>", "Ann Ek <ann@ex.test>"},
		{"address on the next line", mark + "From: Ann Ek\n <ann@ex.test>\nDate: x", "Ann Ek <ann@ex.test>"},
		{"the first of two", mark + "From: Ann Ek <ann@ex.test>\nSubject: x\n\n" + mark + "From: Bo <bo@ex.test>", "Ann Ek <ann@ex.test>"},
		{"indented", "> " + mark + "> From: Ann Ek <ann@ex.test>", "Ann Ek <ann@ex.test>"},
		{"a sender with no address", mark + "From: Ann Ek\nTo: bo@ex.test", ""},
		{"not a forward", "From now on: ann@ex.test", ""},
		{"a quoted reply", "Yes.\n\n" + wrote + "\n> On?", ""},
		{"a header in a quoted reply", "Yes.\n\nOn Tuesday Bo wrote:\n> From: Ann Ek <ann@ex.test>\n> Date: x\n> Subject: y", ""},
		{"words about a forward", "The forwarded message from ann@ex.test is lost.\nFrom: Berlin", ""},
		{"nothing", "", ""},
	} {
		if got, ok := text.Forwarded(r.in); got != r.want || ok != (r.want != "") {
			t.Errorf("%s: got %q, %v, want %q", r.name, got, ok, r.want)
		}
	}
}
