package report

import (
	"encoding/csv"
	"io"
	"net/http"
	"strconv"
	"strings"

	"muster/internal/db"
	"muster/internal/kpi"
	"muster/internal/people"
)

// safe is a text that no spreadsheet takes for a formula.
func safe(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(s)[0]) {
		return "'" + s
	}
	return s
}

// download sends rows as RFC 4180 has them: UTF-8, lines that end in CRLF. The first is the head.
func download(w http.ResponseWriter, name string, rows [][]string) error {
	w.Header().Set("Content-Type", "text/csv; charset=utf-8; header=present")
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	w.Header().Set("Cache-Control", "private, no-store")
	if _, err := io.WriteString(w, "\ufeff"); err != nil { // by this mark spreadsheets know UTF-8
		return err
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	return out.WriteAll(rows)
}

// percentCell is a share in per cent, and nothing where there is nothing to divide by.
func percentCell(s kpi.Share) string {
	p, ok := s.Percent()
	if !ok {
		return ""
	}
	return strconv.FormatFloat(p, 'f', 1, 64)
}

func count(n int64) string { return strconv.FormatInt(n, 10) }

// supportCSV is the board as rows of one figure each.
func (s *Screens) supportCSV(w http.ResponseWriter, r *http.Request) error {
	rows := [][]string{{"figure", "of", "unsolved", "open", "waiting", "due_soon", "overdue"}}
	err := s.DB.View(r.Context(), func(tx *db.Tx) error {
		b, err := s.supportBoard(tx)
		if err != nil {
			return err
		}
		names, err := people.NamesOf(tx, nil, nil)
		if err != nil {
			return err
		}
		rows = append(rows, []string{"backlog", "all", count(b.N), "", "", count(b.Soon), count(b.Overdue)})
		for i, a := range kpi.Ages() {
			rows = append(rows, []string{"backlog by age in days", a.Name, count(b.ByAge[i].N), "", "", "", count(b.ByAge[i].Overdue)})
		}
		for _, l := range b.Loads {
			name := "nobody"
			if l.User != "" {
				name = names.Users[l.User]
			}
			rows = append(rows, []string{"workload", safe(name), count(l.All()), count(l.Open), count(l.Waiting), count(l.Soon), count(l.Overdue)})
		}
		for _, p := range b.Past {
			rows = append(rows, []string{"backlog at the end of the day", p.Day.Format("2006-01-02"), count(p.N), "", "", "", ""})
		}
		return nil
	})
	if err != nil {
		return err
	}
	return download(w, "support.csv", rows)
}

// serviceCSV is the promises and the ratings by client and by service.
func (s *Screens) serviceCSV(w http.ResponseWriter, r *http.Request) error {
	rows := [][]string{{"by", "name", "from", "to", "met", "missed", "excused", "ended_without", "kept_percent", "tickets_met", "tickets_missed", "tickets_excused", "tickets_kept_percent", "answers", "good_answers", "csat_percent", "due_soon", "overdue"}}
	b, err := s.serviceBoard(r.Context(), weeksOf(r))
	if err != nil {
		return err
	}
	err = s.DB.View(r.Context(), func(tx *db.Tx) error {
		clients, services, err := lineNames(tx, b)
		if err != nil {
			return err
		}
		rows = append(rows, lineCSV("all", "", b.Period, b.Total))
		for _, l := range b.ByOrganisation {
			rows = append(rows, lineCSV("client", clients[l.ID].Name, b.Period, l))
		}
		for _, l := range b.ByItem {
			rows = append(rows, lineCSV("service", services[l.ID], b.Period, l))
		}
		return nil
	})
	if err != nil {
		return err
	}
	return download(w, "service.csv", rows)
}

func lineCSV(by, name string, p kpi.Period, l kpi.Line) []string {
	csat := l.CSAT.CSAT()
	return []string{by, safe(name), p.From.UTC().Format("2006-01-02T15:04:05Z"), p.To.UTC().Format("2006-01-02T15:04:05Z"),
		count(l.All.Met), count(l.All.Missed), count(l.All.Excused), count(l.All.None), percentCell(l.All.Kept()),
		count(l.ByTicket.Met), count(l.ByTicket.Missed), count(l.ByTicket.Excused), percentCell(l.ByTicket.Kept()),
		count(csat.N), count(csat.Part), percentCell(csat), count(l.Soon), count(l.Overdue)}
}
