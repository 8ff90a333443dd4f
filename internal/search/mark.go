package search

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Segment is a stretch of a text that was searched.
type Segment struct {
	Text string
	Hit  bool // one of the words that were looked for
}

// Highlight cuts a text where the words that were looked for begin and end, as
// somebody typed them: the segments one after the other are the text.
func Highlight(text, words string) []Segment {
	return segments(text, hits(text, parse(words)))
}

// Excerpt is Highlight for a stretch of about size bytes around the first hit,
// with an ellipsis where something is left out.
func Excerpt(text, words string, size int) []Segment {
	found := hits(text, parse(words))
	if len(text) <= size {
		return segments(text, found)
	}
	from := 0
	if len(found) > 0 {
		from = max(0, min(found[0].from-size/3, len(text)-size))
	}
	to := min(from+size, len(text))
	from = wordStart(text, from)
	to = max(from, wordStart(text, to))
	var inside []span
	for _, h := range found {
		if h.from >= from && h.to <= to {
			inside = append(inside, span{h.from - from, h.to - from})
		}
	}
	cut := segments(text[from:to], inside)
	if from > 0 {
		cut = slices.Insert(cut, 0, Segment{Text: "…"})
	}
	if to < len(text) {
		cut = append(cut, Segment{Text: "…"})
	}
	return cut
}

// wordStart returns the nearest place at or a little before i where a word, or at least a character, begins.
func wordStart(text string, i int) int {
	if i <= 0 || i >= len(text) {
		return max(0, min(i, len(text)))
	}
	for !utf8.RuneStart(text[i]) {
		i--
	}
	const near = 30
	start := max(0, i-near)
	if space := strings.LastIndexAny(text[start:i], " \n\t"); space >= 0 {
		return start + space + 1
	}
	return i
}

func segments(text string, hits []span) []Segment {
	var all []Segment
	at := 0
	for _, h := range hits {
		if h.from > at {
			all = append(all, Segment{Text: text[at:h.from]})
		}
		all = append(all, Segment{Text: text[h.from:h.to], Hit: true})
		at = h.to
	}
	if at < len(text) {
		all = append(all, Segment{Text: text[at:]})
	}
	return all
}

// token is a kept word and where it stands.
type token struct {
	word   string
	linked bool // to the one before it
	span
}

func tokens(text string) []token {
	var all []token
	scan(text, func(r run) bool {
		if r.dense {
			eachPair(r, true, func(pair []byte, at span) { all = append(all, token{string(pair), false, at}) })
		} else {
			all = append(all, token{string(cut(r.word)), r.linked, r.span})
		}
		return true
	})
	return all
}

// hits returns where the terms stand in a text, in order, those that touch as one.
func hits(text string, t terms) []span {
	var found []span
	all := tokens(text)
	for i := range all {
		for _, term := range t.all {
			if n := term.at(all[i:]); n > 0 {
				found = append(found, span{all[i].from, all[i+n-1].to})
			}
		}
	}
	var apart []span
	for _, h := range found {
		if n := len(apart); n > 0 && h.from <= apart[n-1].to {
			apart[n-1].to = max(apart[n-1].to, h.to)
		} else {
			apart = append(apart, h)
		}
	}
	return apart
}

// at returns how many of the tokens the term covers, from the first: 0 if it does not begin there.
func (t term) at(all []token) int {
	if all[0].word[0] != t.text[0] {
		return 0
	}
	n, joined := 1+strings.Count(t.text, " "), " "
	if parts := strings.Count(t.text, "."); parts > 0 {
		n, joined = 1+parts, "."
	}
	if n > len(all) {
		return 0
	}
	text := all[0].word
	for _, next := range all[1:n] {
		if joined == "." && !next.linked {
			return 0
		}
		text += joined + next.word
	}
	if joined == "." {
		text = string(cut([]byte(text)))
	}
	if text == t.text || t.prefix && strings.HasPrefix(text, t.text) {
		return n
	}
	return 0
}
