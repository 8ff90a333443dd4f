package desk

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/ticket"
)

const (
	breath    = 20 * time.Second // between signs of life of a stream
	maxTopics = 100
)

// live streams what changes about some topics, as far as the reader may see it.
func (s *Screens) live(w http.ResponseWriter, r *http.Request) error {
	topics := r.URL.Query()["topic"]
	if len(topics) == 0 || len(topics) > maxTopics {
		return fault.New(fault.Invalid, "Name 1 to %d topics.", maxTopics)
	}
	stream := http.NewResponseController(w)
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	reader := s.Hub.Open(actor(r), topics)
	defer reader.Close()
	fmt.Fprint(w, "retry: 2000\n\n")
	if err := stream.Flush(); err != nil {
		return err
	}
	tick := time.NewTicker(breath)
	defer tick.Stop()
	for {
		select {
		case <-r.Context().Done():
			return nil
		case <-s.Hub.Done():
			return nil
		case m, ok := <-reader.C:
			if !ok {
				return nil // too slow: the browser connects again and reads everything anew
			}
			b, err := json.Marshal(m)
			if err != nil {
				return err
			}
			fmt.Fprintf(w, "data: %s\n\n", b)
		case <-tick.C:
			fmt.Fprint(w, ": still here\n\n")
		}
		if err := stream.Flush(); err != nil {
			return nil // the reader has gone
		}
	}
}

// presence takes in what the reader does and tells who else is there.
func (s *Screens) presence(w http.ResponseWriter, r *http.Request) error {
	topic := r.PostFormValue("topic")
	n, ok := strings.CutPrefix(topic, "ticket:")
	number, err := strconv.ParseInt(n, 10, 64)
	if !ok || err != nil {
		return fault.New(fault.Invalid, "There is no topic %q.", topic)
	}
	if err := s.DB.View(r.Context(), func(tx *db.Tx) error { _, err := ticket.Find(tx, number); return err }); err != nil {
		return err
	}
	if r.PostFormValue("doing") == "writing" {
		s.Router.Seen(r.Context())
	}
	others := s.Hub.Here(r.Context(), actor(r), topic, r.PostFormValue("doing"))
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(map[string]any{"here": others})
}
