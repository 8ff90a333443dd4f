package text

import (
	"strings"
	"unicode"
)

// Subject returns a mail's subject without reply and forward marks in any of
// the languages of reply, with folded white space collapsed and without control
// characters. "AW: Re[2]: WG: printer" is "printer".
func Subject(s string) string {
	s = strings.Join(strings.FieldsFunc(strings.Map(subjectRune, Valid(s)), unicode.IsSpace), " ")
	for {
		rest, ok := cutPrefixMark(s)
		if !ok {
			return s
		}
		s = strings.TrimLeft(rest, " ")
	}
}

// subjectRune drops what may not stand in a header, and marks that turn the
// direction of what follows.
func subjectRune(r rune) rune {
	switch {
	case r == '\n' || r == '\t':
		return ' '
	case r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0x200e, r == 0x200f, r == 0xfeff, r == 0x200b:
		return -1
	}
	return r
}

// longestMark bounds how far into a subject a mark's colon may stand, in bytes.
const longestMark = 32

// cutPrefixMark cuts one "Re:", "WG[5]:" or the like from the front of s.
func cutPrefixMark(s string) (rest string, ok bool) {
	head := s[:min(len(s), longestMark)]
	i := strings.IndexByte(head, ':')
	if w := strings.Index(head, "："); w >= 0 && (i < 0 || w < i) {
		i = w
	}
	if i < 0 {
		return s, false
	}
	word := cutCount(strings.TrimSpace(s[:i]))
	if word == "R" || word == "I" || replyMarks[Fold(word)] {
		return strings.TrimPrefix(strings.TrimPrefix(s[i:], ":"), "："), true
	}
	return s, false
}

// cutCount cuts the count that some programs add: "Re[2]", "Re(2)", "Re^2", "Re*2".
func cutCount(word string) string {
	bare := strings.TrimRight(strings.TrimRight(word, "])"), "0123456789")
	if bare = strings.TrimRight(bare, " "); bare == "" || !strings.ContainsAny(bare[len(bare)-1:], "[(^*") {
		return word
	}
	return strings.TrimSpace(bare[:len(bare)-1])
}

// replyMarks are the words before the colon, folded. Italian R: and I: are left
// out: they count only as capitals.
var replyMarks = set(`
	re fw fwd aw antw antwort wg tr ref rv res enc rif antwoord doorst
	sv vs vb vl odp pd odpoved отв пересл ynt ilt cvp απ σχετ πρθ bls
	回复 回覆 答复 答覆 回信 转发 轉寄 轉發 返信 転送 회신 전달
`)

// set returns the folded words of list.
func set(list string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(list) {
		m[Fold(w)] = true
	}
	return m
}
