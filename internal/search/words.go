package search

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	mostTerms    = 12
	longestQuery = 2000 // bytes that are read of what was typed
	longestTerm  = 16   // words of a phrase that the index is asked for; the text is asked for all
)

// term is one thing to look for: kept words in a row, with a space between
// each two, of which the last may go on.
type term struct {
	text   string
	prefix bool
}

// terms is what somebody who typed some words looks for.
type terms struct {
	all  []term   // each must be there
	none [][]term // none of these may be there with all its terms
}

// Blank reports whether words hold nothing to look for, so that a caller may list instead of search.
func Blank(words string) bool { return len(parse(words).all) == 0 }

// parse reads words as they were typed. Nothing can be wrong with them: a
// "quoted phrase" is looked for as it stands, -this is what must not be there,
// and all else is words, or beginnings of words.
func parse(typed string) terms {
	var t terms
	if len(typed) > longestQuery {
		typed = strings.ToValidUTF8(typed[:longestQuery], "")
	}
	for typed != "" && len(t.all)+len(t.none) < mostTerms {
		r, n := utf8.DecodeRuneInString(typed)
		switch {
		case unicode.IsSpace(r):
			typed = typed[n:]
			continue
		case r == '-' && excludes(typed[n:]):
			var out []term
			if out, typed = read(typed[n:], true); len(out) > 0 {
				t.none = append(t.none, out)
			}
		default:
			var in []term
			in, typed = read(typed, false)
			for _, found := range in {
				if !slices.Contains(t.all, found) && len(t.all) < mostTerms {
					t.all = append(t.all, found)
				}
			}
		}
	}
	return t
}

// excludes reports whether a minus before rest leaves something out. Before a
// digit it belongs to a number: people look for "error -1022".
func excludes(rest string) bool {
	r, _ := utf8.DecodeRuneInString(rest)
	return isQuote(r) || unicode.IsLetter(r)
}

func isQuote(r rune) bool { return strings.ContainsRune(`"“”„«»`, r) }

// read returns what the word or phrase at the start of typed looks for, and what follows it.
func read(typed string, whole bool) (found []term, rest string) {
	r, n := utf8.DecodeRuneInString(typed)
	if !isQuote(r) {
		end := strings.IndexFunc(typed, unicode.IsSpace)
		if end < 0 {
			end = len(typed)
		}
		return wordTerms(typed[:end], whole), typed[end:]
	}
	typed = typed[n:]
	end, after := len(typed), len(typed)
	if i := strings.IndexFunc(typed, isQuote); i >= 0 {
		_, n := utf8.DecodeRuneInString(typed[i:])
		end, after = i, i+n
	}
	if p := phrase(typed[:end]); p.text != "" {
		found = []term{p}
	}
	return found, typed[after:]
}

// phrase returns the term for words in a row, as textOf keeps them.
func phrase(text string) term {
	var words []string
	prefix := false
	var tail string // the last character of a dense run, which is a word of its own if something follows
	scan(text, func(r run) bool {
		if tail != "" {
			words = append(words, tail)
		}
		tail, prefix = "", false
		if !r.dense {
			words = append(words, string(cut(r.word)))
			return true
		}
		eachPair(r, false, func(pair []byte, _ span) { words = append(words, string(pair)) })
		if prefix = len(r.chars) == 1; !prefix {
			_, n := utf8.DecodeLastRune(r.word)
			tail = string(r.word[len(r.word)-n:])
		}
		return true
	})
	return term{strings.Join(words, " "), prefix}
}

// wordTerms returns the terms for what was typed without a space: one for each
// word, chain of linked parts, or dense run in it.
func wordTerms(text string, whole bool) []term {
	var found []term
	var chain []string
	end := func() {
		found = append(found, chainTerms(chain, whole)...)
		chain = nil
	}
	scan(text, func(r run) bool {
		if !r.linked {
			end()
		}
		if !r.dense {
			chain = append(chain, string(cut(r.word)))
			return true
		}
		var pairs []string
		eachPair(r, false, func(pair []byte, _ span) { pairs = append(pairs, string(pair)) })
		found = append(found, term{strings.Join(pairs, " "), len(pairs) == 1 && len(r.chars) == 1})
		return true
	})
	end()
	return found
}

// chainTerms returns the terms for linked parts. A longer chain than is kept is looked for by its stretches.
func chainTerms(chain []string, whole bool) []term {
	switch len(chain) {
	case 0:
		return nil
	case 1:
		return []term{{chain[0], !whole && goesOn(chain[0])}}
	}
	var found []term
	for i := 0; i == 0 || i+longestJoint <= len(chain); i++ {
		joint := strings.Join(chain[i:min(i+longestJoint, len(chain))], ".")
		found = append(found, term{string(cut([]byte(joint))), true})
	}
	return found
}

// goesOn reports whether a word that was typed may be the beginning of
// another: a single letter or digit is not, since it begins too many.
func goesOn(word string) bool {
	r, n := utf8.DecodeRuneInString(word)
	return n < len(word) || r >= 0x1100 // scripts whose letters are syllables
}

// in counts how often the term stands in a kept text: as whole words, and as the beginning of another.
func (t term) in(text string) (whole, begun int) {
	for at := 0; ; {
		i := strings.Index(text[at:], t.text)
		if i < 0 {
			return whole, begun
		}
		i += at
		end := i + len(t.text)
		if i == 0 || text[i-1] == ' ' {
			if end == len(text) || text[end] == ' ' {
				whole++
			} else if t.prefix {
				begun++
			}
		}
		at = i + 1
	}
}

// has reports whether the term stands in a kept text.
func (t term) has(text string) bool {
	for at := 0; ; {
		i := strings.Index(text[at:], t.text)
		if i < 0 {
			return false
		}
		i += at
		if end := i + len(t.text); (i == 0 || text[i-1] == ' ') && (t.prefix || end == len(text) || text[end] == ' ') {
			return true
		}
		at = i + 1
	}
}

// match reports whether a doc is what somebody looks for.
func (t terms) match(title, words string) bool {
	lacks := func(t term) bool { return !t.has(title) && !t.has(words) }
	if slices.ContainsFunc(t.all, lacks) {
		return false
	}
	return !slices.ContainsFunc(t.none, func(out []term) bool { return !slices.ContainsFunc(out, lacks) })
}

// needs returns the words that a doc must have: those of a phrase, wherever in it they are.
func (t terms) needs() []need {
	var all []need
	for _, term := range t.all {
		words := strings.Split(term.text, " ")
		for i, word := range words[:min(len(words), longestTerm)] {
			if n := (need{word, term.prefix && i == len(words)-1}); !slices.Contains(all, n) {
				all = append(all, n)
			}
		}
	}
	return all
}

// excluded returns the words that a doc must not have: of several together, an index can say nothing.
func (t terms) excluded() []need {
	var none []need
	for _, out := range t.none {
		if len(out) == 1 && !strings.Contains(out[0].text, " ") {
			none = append(none, need{out[0].text, out[0].prefix})
		}
	}
	return none
}
