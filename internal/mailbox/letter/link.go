package letter

// countLinks counts what can be followed: addresses in the plain text, and the
// href of the HTML.
func countLinks(text, page string) int {
	return countFold(text, "http://") + countFold(text, "https://") + countFold(page, "href=") + countFold(page, "href =")
}

// countFold counts sub, which is in lower case, in s of any case.
func countFold(s, sub string) int {
	n := 0
	for i := 0; i+len(sub) <= len(s); i++ {
		if s[i]|0x20 == sub[0] && foldPrefix(s[i:], sub) {
			n++
			i += len(sub) - 1
		}
	}
	return n
}

func foldPrefix(s, sub string) bool {
	for i := 0; i < len(sub); i++ {
		c := s[i]
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		if c != sub[i] {
			return false
		}
	}
	return true
}
