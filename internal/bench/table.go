package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// figure is one thing that was measured, and what it should be.
type figure struct {
	name   string
	value  float64
	unit   string
	target float64 // 0: none
	least  bool    // the target is the least, not the most
	spent  string  // what the processors' time went to
}

func (f figure) missed() bool {
	return f.target != 0 && (f.least && f.value < f.target || !f.least && f.value > f.target)
}

// shown is the value as the table has it: bold if it misses its target.
func (f figure) shown() string {
	if f.missed() {
		return "**" + number(f.value) + " " + f.unit + "**"
	}
	return number(f.value) + " " + f.unit
}

func (f figure) goal() string {
	if f.target == 0 {
		return ""
	}
	sign := "≤"
	if f.least {
		sign = "≥"
	}
	return fmt.Sprintf("%s %s %s", sign, number(f.target), f.unit)
}

func number(v float64) string {
	switch {
	case v >= 100:
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.2f", v)
}

// column is all that was measured of one engine at one size.
type column struct {
	setup
	loading time.Duration
	figures []figure
}

type table struct {
	began   time.Time
	columns []column
}

// mark ends what the benchmark writes: what stands below it is kept.
const mark = "<!-- make bench writes all above this line, and keeps what is below. -->\n"

// write puts the tables into a file, and leaves there what others wrote.
func (t *table) write(file string) error {
	was, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	_, kept, _ := strings.Cut(string(was), mark)
	return os.WriteFile(file, []byte(t.markdown()+"\n"+mark+kept), 0o666)
}

func (t *table) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Performance\n\nWritten by `make bench` on %s, on %s.\n\n", t.began.UTC().Format("2 January 2006"), machine())
	b.WriteString("A whole desk is measured from outside: the served binary, clients over the loopback network, a database with fsync on. " +
		"Each ticket has three messages on average; those beyond the first 10,000 are copies of them at other times. Times are what a client sees; " +
		"8 clients write at the same time, on the same cores as the desk and the database. What misses its target is bold.\n")
	for columns := t.columns; len(columns) > 0; {
		n := 1
		for n < len(columns) && columns[n].engine == columns[0].engine {
			n++
		}
		engineTable(&b, columns[:n])
		columns = columns[n:]
	}
	return b.String()
}

// engineTable is what was measured of one engine, a column a size.
func engineTable(b *strings.Builder, columns []column) {
	fmt.Fprintf(b, "\n## %s\n\n| tickets | target |", engineName(columns[0].engine))
	for _, c := range columns {
		fmt.Fprintf(b, " %d |", c.size)
	}
	b.WriteString("\n|---|---:|" + strings.Repeat("---:|", len(columns)) + "\n| filled in | |")
	for _, c := range columns {
		fmt.Fprintf(b, " %s |", c.loading.Round(time.Second))
	}
	b.WriteString("\n")
	for i, f := range columns[0].figures {
		fmt.Fprintf(b, "| %s | %s |", f.name, f.goal())
		for _, c := range columns {
			b.WriteString(" " + c.figures[i].shown() + " |")
		}
		b.WriteString("\n")
	}
	missed(b, columns)
	b.WriteString(growth(columns[0], columns[len(columns)-1]))
}

// missed says of each miss where the processors' time went.
func missed(b *strings.Builder, columns []column) {
	for _, c := range columns {
		for _, f := range c.figures {
			if f.missed() {
				fmt.Fprintf(b, "\n- Missed: %s, at %d tickets", f.name, c.size)
				if f.spent != "" {
					b.WriteString(". Of the processors' time: " + f.spent)
				}
				b.WriteString(".")
			}
		}
	}
	b.WriteString("\n")
}

// growth tells how much more a page costs at the largest size than at the smallest.
func growth(small, large column) string {
	if small.size == large.size {
		return ""
	}
	var parts []string
	for i, f := range large.figures {
		if f.unit == "ms" && small.figures[i].value > 0 {
			parts = append(parts, fmt.Sprintf("%s × %.2f", f.name, f.value/small.figures[i].value))
		}
	}
	return fmt.Sprintf("\n%d tickets against %d: %s. The target is × 1.5 at 1,000,000 against 10,000.\n", large.size, small.size, strings.Join(parts, ", "))
}

// machine names what was measured on.
func machine() string {
	model := "an unknown processor"
	if info, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(info)) {
			if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
				model = strings.TrimSpace(value)
				break
			}
		}
	}
	var s syscall.Sysinfo_t
	memory := ""
	if syscall.Sysinfo(&s) == nil {
		memory = fmt.Sprintf(", %d GiB of memory", s.Totalram>>30)
	}
	return fmt.Sprintf("%d cores of %s%s, %s; one fdatasync takes %s, and the SHA-256 of 64 MiB %s", runtime.NumCPU(), model, memory, runtime.Version(), fsyncTime(), hashTime())
}

// hashTime tells how fast the processor is just now: a machine that is shared is not always the same.
func hashTime() string {
	block := make([]byte, 64<<20)
	var times []float64
	for range 5 {
		began := time.Now()
		sha256.Sum256(block)
		times = append(times, float64(time.Since(began).Microseconds())/1000)
	}
	return fmt.Sprintf("%.0f ms", quantile(times, 0.5))
}

// fsyncTime is the median of some writes that wait for the disk.
func fsyncTime() string {
	f, err := os.CreateTemp(".", ".fsync-*")
	if err != nil {
		return "an unknown time"
	}
	defer os.Remove(f.Name())
	defer f.Close()
	var times []float64
	for range 200 {
		began := time.Now()
		if _, err := f.Write(make([]byte, 4096)); err != nil || syscall.Fdatasync(int(f.Fd())) != nil {
			return "an unknown time"
		}
		times = append(times, float64(time.Since(began).Microseconds()))
	}
	return fmt.Sprintf("%.0f µs", quantile(times, 0.5))
}
