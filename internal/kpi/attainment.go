package kpi

// Attainment is how promises that were kept or broken in a period came out.
type Attainment struct {
	Met, Missed int64
	Excused     int64 // broken, but another's fault: they count neither way
	None        int64 // ended, in time, without what was promised: closed without a reply, say
}

// Kept is the share of promises that were met, of those met or missed.
func (a Attainment) Kept() Share { return Share{a.Met, a.Met + a.Missed} }

// Merge counts what others counted, too.
func (a *Attainment) Merge(o Attainment) {
	a.Met += o.Met
	a.Missed += o.Missed
	a.Excused += o.Excused
	a.None += o.None
}

// Outcome is how one promise came out.
type Outcome struct {
	State   string // of the clock: met, late, breached, none
	Broken  bool   // of none: it was broken before it ended
	Excused bool
}

// Add counts n promises with an outcome. A promise that runs, stands still or was cancelled counts nothing.
func (a *Attainment) Add(o Outcome, n int64) {
	broken := o.State == "late" || o.State == "breached" || o.State == "none" && o.Broken
	switch {
	case broken && o.Excused:
		a.Excused += n
	case broken:
		a.Missed += n
	case o.State == "met":
		a.Met += n
	case o.State == "none":
		a.None += n
	}
}

// Enough is the n under which no trend is told.
const Enough = 20

// Direction tells whether a share got better or worse.
type Direction int

const (
	Unknown Direction = iota // there is too little to tell
	Steady
	Better
	Worse
)

// Trend compares a share with the one before it. A point of a per cent is steady.
func Trend(before, now Share) Direction {
	was, _ := before.Percent()
	is, _ := now.Percent()
	switch {
	case before.N < Enough || now.N < Enough:
		return Unknown
	case is-was >= 1:
		return Better
	case was-is >= 1:
		return Worse
	}
	return Steady
}
