package search

import (
	"unicode/utf8"
)

// run is a stretch of a text without a gap: a word, or characters of a dense script.
type run struct {
	word   []byte // folded; kept only until the next run
	span          // where it stands in the text
	dense  bool
	linked bool   // to the run before it, by one character such as - or @
	chars  []span // of a dense run: where each folded character stands
}

type span struct{ from, to int }

// scanner finds the runs of a text.
type scanner struct {
	emit   func(run) bool
	run    run
	kind   class // of the run being read; gap if there is none
	joint  joint
	folded []byte
}

// joint is what stands between the last word and the next.
type joint uint8

const (
	apart joint = iota
	touching
	linked
)

// scan calls emit with each run of text until it returns false.
func scan(text string, emit func(run) bool) {
	s := scanner{emit: emit}
	for i := 0; i < len(text); {
		c := text[i]
		if c < utf8.RuneSelf && (i+1 == len(text) || text[i+1] < utf8.RuneSelf) {
			if k := classASCII(c); k == letter && s.kind == letter {
				s.run.word = append(s.run.word, lower(c))
				s.run.to = i + 1
			} else if !s.add(k, rune(lower(c)), span{i, i + 1}) {
				return
			}
			i++
			continue
		}
		n := 0
		n, s.folded = next(text[i:], s.folded[:0])
		for j := 0; j < len(s.folded); {
			r, size := utf8.DecodeRune(s.folded[j:])
			if !s.add(classOf(r), r, span{i, i + n}) {
				return
			}
			j += size
		}
		i += n
	}
	s.end()
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// add takes the next folded character, and reports whether more are wanted.
func (s *scanner) add(k class, r rune, at span) bool {
	if k != s.kind && !s.end() {
		return false
	}
	switch k {
	case gap:
		s.joint = apart
		return true
	case link: // only one, and right after a word, links it to the next
		if s.joint++; s.joint > linked || s.joint == touching {
			s.joint = apart
		}
		return true
	}
	if s.kind == gap {
		s.kind = k
		s.run = run{word: s.run.word[:0], span: at, dense: k == dense, linked: k == letter && s.joint == linked, chars: s.run.chars[:0]}
	}
	s.run.word = utf8.AppendRune(s.run.word, r)
	s.run.to = at.to
	if k == dense {
		s.run.chars = append(s.run.chars, at)
	}
	return true
}

// end hands over the run that is being read, if there is one.
func (s *scanner) end() bool {
	if s.kind == gap {
		return true
	}
	s.joint = apart
	if s.kind == letter {
		s.joint = touching
	}
	s.kind = gap
	return s.emit(s.run)
}
