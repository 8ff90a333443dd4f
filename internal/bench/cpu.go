package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// tick is the unit of processor time in /proc.
const tick = 10 * time.Millisecond

// spent is the processor time that has been used so far: by the desk, by the clients and the mail server that
// stand in this process, and by everybody's PostgreSQL.
type spent struct {
	at                      time.Time
	desk, clients, database time.Duration
}

func (d *served) spent() spent {
	s := spent{at: time.Now(), desk: usedBy(strconv.Itoa(d.process.Process.Pid)), clients: usedBy("self")}
	all, _ := filepath.Glob("/proc/[0-9]*/comm") // the pattern is good
	for _, comm := range all {
		if name, err := os.ReadFile(comm); err == nil && strings.TrimSpace(string(name)) == "postgres" {
			s.database += usedBy(filepath.Base(filepath.Dir(comm)))
		}
	}
	return s
}

// usedBy is what a process and those of its children that have ended used; nothing of one that is gone.
func usedBy(pid string) time.Duration {
	stat, err := os.ReadFile("/proc/" + pid + "/stat")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(stat), ") ")
	f := strings.Fields(rest)
	if len(f) < 15 {
		return 0
	}
	var sum time.Duration
	for _, field := range f[11:15] { // user, system, and the same of the children
		n, _ := strconv.ParseInt(field, 10, 64) // the kernel writes numbers
		sum += time.Duration(n) * tick
	}
	return sum
}

// since says what each part of the processors' time went to.
func (s spent) since(before spent) string {
	all := float64(s.at.Sub(before.at)) * float64(runtime.NumCPU())
	share := func(d time.Duration) float64 { return 100 * float64(d) / all }
	desk, clients, database := share(s.desk-before.desk), share(s.clients-before.clients), share(s.database-before.database)
	said := fmt.Sprintf("the desk %.0f %%, the clients and the mail server %.0f %%", desk, clients)
	if database >= 0.5 {
		said += fmt.Sprintf(", PostgreSQL %.0f %%", database)
	}
	return said + fmt.Sprintf(", others and waiting %.0f %%", max(0, 100-desk-clients-database))
}
