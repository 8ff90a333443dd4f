package letter

import "strings"

// unflow joins the lines of format=flowed text (RFC 3676) to the paragraphs
// they were. delSp says that the space at the end of a line is not part of it.
func unflow(text string, delSp bool) string {
	var out strings.Builder
	out.Grow(len(text))
	open, depth := false, 0 // the last line goes on, and how deep it was quoted
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		quotes := len(line) - len(strings.TrimLeft(line, ">"))
		line = strings.TrimPrefix(line[quotes:], " ") // stuffed
		signature := line == "-- "
		if open && (quotes != depth || signature) {
			out.WriteByte('\n')
			open = false
		}
		if !open && quotes > 0 {
			out.WriteString(strings.Repeat(">", quotes))
			out.WriteByte(' ')
		}
		depth = quotes
		if open = strings.HasSuffix(line, " ") && !signature; open && delSp {
			line = line[:len(line)-1]
		}
		out.WriteString(line)
		if !open {
			out.WriteByte('\n')
		}
	}
	return out.String()
}
