package desk

import (
	"context"
	"encoding/json"
	"net/http"

	"muster/internal/web/ui"
)

// Flash keeps a message for the page that comes next.
func (s *Screens) Flash(r *http.Request, t ui.Toast) {
	if b, err := json.Marshal(t); err == nil {
		s.Sessions.Put(r.Context(), "flash", string(b))
	}
}

func (s *Screens) takeFlash(ctx context.Context) []ui.Toast {
	var t ui.Toast
	kept := s.Sessions.Pop(ctx, "flash")
	if kept == "" || json.Unmarshal([]byte(kept), &t) != nil {
		return nil
	}
	return []ui.Toast{t}
}
