package text

// draft is a message on the way to being divided.
type draft struct {
	lines  []line
	out    []bool // which lines are history
	blocks []block
}

// block is a run of lines that is quoted, or is not.
type block struct {
	from, to int
	quoted   bool
	note     note // what introduces the quote
}

// divide cuts the first end lines into own and quoted blocks, in turn. A quote
// begins with its introduction; a gap of nothing but introductions is no block.
func (d *draft) divide(end int) {
	for i := 0; i < end; {
		if !d.lines[i].ink {
			i++
			continue
		}
		to := d.run(i, end)
		n, introduced := noteBefore(d.lines, i)
		switch {
		case d.lines[i].depth == 0:
			d.add(block{from: i, to: to})
		case introduced:
			d.quote(block{min(i, n.from), to, true, n})
		default:
			d.quote(block{from: i, to: to, quoted: true})
		}
		i = to
	}
}

// run returns where the run of own or of quoted lines that begins at i ends.
// Blank lines do not end it.
func (d *draft) run(i, end int) int {
	to := i + 1
	for j := i + 1; j < end; j++ {
		l := d.lines[j]
		if l.ink && (l.depth > 0) != (d.lines[i].depth > 0) {
			break
		}
		if l.ink {
			to = j + 1
		}
	}
	return to
}

// add appends an own block, or lengthens the one before.
func (d *draft) add(b block) {
	if k := len(d.blocks) - 1; k >= 0 && !d.blocks[k].quoted {
		d.blocks[k].to = b.to
		return
	}
	d.blocks = append(d.blocks, b)
}

// quote appends a quoted block. It takes its introduction from the own block
// before it, and joins the quote before that if nothing is left of it.
func (d *draft) quote(b block) {
	k := len(d.blocks) - 1
	if k >= 0 && !d.blocks[k].quoted && d.blocks[k].to > b.from {
		if d.blocks[k].to = b.from; !d.inked(d.blocks[k]) {
			d.blocks = d.blocks[:k]
			k--
		}
	}
	if k >= 0 && d.blocks[k].quoted {
		d.blocks[k].to = b.to
		return
	}
	d.blocks = append(d.blocks, b)
}

// inked reports whether something of a block is still to be seen.
func (d *draft) inked(b block) bool {
	for i := b.from; i < b.to; i++ {
		if d.lines[i].ink && !d.out[i] {
			return true
		}
	}
	return false
}

// fold makes lines history.
func (d *draft) fold(from, to int) {
	for i := from; i < to; i++ {
		d.out[i] = true
	}
}

// maxSignature bounds how many lines after "--" are taken for a signature.
const maxSignature = 40

// foldSignature folds the signature at the end of an own block.
func (d *draft) foldSignature(b block) {
	mark, rest := b.to, 0
	for i := b.to - 1; i >= b.from && rest <= maxSignature; i-- {
		if d.lines[i].text == "--" {
			mark = i
		}
		if d.lines[i].ink {
			rest++
		}
	}
	d.fold(mark, b.to)
	for i := b.from; i < mark; i++ {
		d.out[i] = d.lines[i].mark&markSignature != 0
	}
	for i := mark - 1; i >= b.from; i-- {
		if d.out[i] || !d.lines[i].ink {
			continue
		}
		if !deviceLine(d.lines[i].text) {
			return
		}
		d.out[i] = true
	}
}

// foldQuotes folds what is quoted. A quote at the end, with the answer above, and
// a lone quote are folded whole. Between own words, a quote that nothing
// introduces is what they answer, and stays; so do answers written between
// quotes, of which only the outer introduction is folded.
func (d *draft) foldQuotes() {
	var quotes []block
	own := false // whether own words stand before the last quote
	after := false
	for _, b := range d.blocks {
		if b.quoted {
			quotes, own, after = append(quotes, b), own || after, false
		} else if d.inked(b) {
			after = true
		}
	}
	if len(quotes) == 0 {
		return
	}
	last := quotes[len(quotes)-1]
	introduced := last.note.level != no
	if len(quotes) == 1 && (introduced || !own || !after) || own && !after && introduced {
		d.fold(last.from, last.to)
		quotes = quotes[:len(quotes)-1]
	}
	if len(quotes) > 0 {
		d.fold(quotes[0].note.from, quotes[0].note.to)
	}
}

// settleBlanks gives each blank line to its neighbour, so that neither side
// begins or ends with one. It reports whether both sides have something to see.
func (d *draft) settleBlanks() bool {
	folded, visible, hidden := true, false, false
	for i, l := range d.lines {
		if l.ink {
			folded = d.out[i]
			visible, hidden = visible || !folded, hidden || folded
		} else if folded {
			d.out[i] = true
		}
	}
	for i := len(d.lines) - 1; i >= 0 && (d.out[i] || !d.lines[i].ink); i-- {
		d.out[i] = true
	}
	return visible && hidden
}
