package letter

import (
	"slices"
	"strconv"
	"unicode"
	"unicode/utf8"
)

// Tags returns the ticket numbers that the subject names.
func (l *Letter) Tags() []int64 { return SubjectTags(l.Subject) }

// SubjectTags returns the numbers of the tags like [#1234] in a subject, each
// once. A tag that is part of a longer word, or is written in another way, is not ours.
func SubjectTags(subject string) []int64 {
	var all []int64
	for i := 0; i+3 < len(subject); i++ {
		if subject[i] != '[' || subject[i+1] != '#' {
			continue
		}
		j := i + 2
		for j < len(subject) && j < i+20 && subject[j] >= '0' && subject[j] <= '9' {
			j++
		}
		if j == i+2 || j == len(subject) || subject[j] != ']' || subject[i+2] == '0' || inWord(subject, i, j+1) {
			continue
		}
		if n, err := strconv.ParseInt(subject[i+2:j], 10, 64); err == nil && !slices.Contains(all, n) {
			all = append(all, n)
		}
	}
	return all
}

// inWord reports whether subject[from:to] touches a letter or the like.
func inWord(subject string, from, to int) bool {
	before, n := utf8.DecodeLastRuneInString(subject[:from])
	after, m := utf8.DecodeRuneInString(subject[to:])
	return n > 0 && (joins(before) || before == '[') || m > 0 && (joins(after) || after == ']')
}

func joins(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' || r == '-' || r == '#' || r == '@'
}
