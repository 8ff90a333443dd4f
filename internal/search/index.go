package search

import (
	"strings"
	"unicode/utf8"
)

// What is kept of a doc is its words, folded, in order, with a space between
// each two. A character of a dense script is kept as the two characters that
// begin there, so that 東京都 is "東京 京都 都", and every stretch of it is a
// prefix or a row of such pairs. After the last word come the joints: of the
// parts of INV-2024-001, which are words like any other, "inv.2024.001" and
// "2024.001", so that the whole is found at once, and so is its end.
const (
	longestWord  = 64 // characters; what is longer is cut
	longestJoint = 4  // parts
)

// textOf returns the words of text as they are kept, in at most limit bytes.
func textOf(text string, limit int) string {
	w := writer{plain: make([]byte, 0, min(len(text)+len(text)/8, limit)+longestWord*utf8.UTFMax)}
	scan(text, func(r run) bool {
		if !r.linked {
			w.endChain()
		}
		if r.dense {
			eachPair(r, true, func(pair []byte, _ span) { w.add(pair) })
		} else {
			w.chain = append(w.chain, w.add(cut(r.word)))
		}
		return len(w.plain)+len(w.joints) < limit
	})
	w.endChain()
	all := string(append(w.plain, w.joints...))
	if len(all) <= limit {
		return all
	}
	return all[:max(0, strings.LastIndexByte(all[:limit+1], ' '))]
}

type writer struct {
	plain, joints []byte
	chain         []int // where the parts of an address, or the like, begin in plain
}

// add writes a word and returns where it begins.
func (w *writer) add(word []byte) int {
	if len(w.plain) > 0 {
		w.plain = append(w.plain, ' ')
	}
	w.plain = append(w.plain, word...)
	return len(w.plain) - len(word)
}

// endChain writes the joints of a chain that is complete.
func (w *writer) endChain() {
	for i := range len(w.chain) - 1 {
		end := len(w.plain)
		if i+longestJoint < len(w.chain) {
			end = w.chain[i+longestJoint] - 1
		}
		w.joints = append(w.joints, ' ')
		start := len(w.joints)
		w.joints = append(w.joints, w.plain[w.chain[i]:end]...)
		for j, c := range w.joints[start:] {
			if c == ' ' {
				w.joints[start+j] = '.'
			}
		}
		w.joints = w.joints[:start+len(cut(w.joints[start:]))]
	}
	w.chain = w.chain[:0]
}

// eachPair calls f with each pair of characters of a dense run, and with the last one alone if tail is set.
func eachPair(r run, tail bool, f func(pair []byte, at span)) {
	rest := r.word
	for i := range r.chars {
		_, n := utf8.DecodeRune(rest)
		_, m := utf8.DecodeRune(rest[n:])
		if m > 0 {
			f(rest[:n+m], span{r.chars[i].from, r.chars[i+1].to})
		} else if tail || i == 0 {
			f(rest[:n], r.chars[i])
		}
		rest = rest[n:]
	}
}

// cut shortens a word that is too long to be kept whole.
func cut(word []byte) []byte {
	if len(word) <= longestWord {
		return word
	}
	n := 0
	for range longestWord {
		_, size := utf8.DecodeRune(word[n:])
		n += size
	}
	return word[:n]
}
