package main

import (
	"crypto/sha256"
	"fmt"
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
	why    string  // what is known of a miss
}

func (f figure) met() string {
	if f.target == 0 {
		return ""
	}
	if f.least && f.value >= f.target || !f.least && f.value <= f.target {
		return "yes"
	}
	return "**no**"
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

func (t *table) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Performance\n\nWritten by `make bench` on %s, on %s.\n\n", t.began.UTC().Format("2 January 2006"), machine())
	b.WriteString("A whole desk is measured from outside: the served binary, clients over the loopback network, a database with fsync on. " +
		"Each ticket has three messages on average; those beyond the first 10,000 are copies of them at other times. Times are what a client sees; 8 clients write at the same time, on the same cores as the desk and the database.\n")
	for _, c := range t.columns {
		fmt.Fprintf(&b, "\n## %s, %d tickets\n\nFilled in %s.\n\n| | measured | target | met |\n|---|---:|---:|---|\n", engineName(c.engine), c.size, c.loading.Round(time.Second))
		for _, f := range c.figures {
			fmt.Fprintf(&b, "| %s | %s %s | %s | %s |\n", f.name, number(f.value), f.unit, f.goal(), f.met())
		}
		for _, f := range c.figures {
			if f.why != "" && f.met() == "**no**" {
				fmt.Fprintf(&b, "\n%s is missed: %s\n", strings.ToUpper(f.name[:1])+f.name[1:], f.why)
			}
		}
	}
	b.WriteString(growth(t.columns))
	return b.String()
}

// growth tells how much more a page costs at the largest size than at the smallest, by engine.
func growth(columns []column) string {
	var b strings.Builder
	first := map[string]column{}
	for _, c := range columns {
		small, ok := first[c.engine]
		if !ok {
			first[c.engine] = c
			continue
		}
		fmt.Fprintf(&b, "\n%s, %d tickets against %d: ", engineName(c.engine), c.size, small.size)
		var parts []string
		for i, f := range c.figures {
			if f.unit == "ms" && i < len(small.figures) && small.figures[i].value > 0 {
				parts = append(parts, fmt.Sprintf("%s × %.2f", f.name, f.value/small.figures[i].value))
			}
		}
		b.WriteString(strings.Join(parts, ", ") + ". The target is × 1.5 at 1,000,000 against 10,000.\n")
	}
	return b.String()
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
