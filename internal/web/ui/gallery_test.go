package ui_test

import (
	"net/http/httptest"
	"testing"

	"muster/internal/mustertest"
	"muster/internal/web/ui"
)

func TestPartsGolden(t *testing.T) {
	r := httptest.NewRequest("GET", "/parts", nil)
	r.Header.Set("HX-Request", "true")
	w := httptest.NewRecorder()
	ui.Parts().ServeHTTP(w, r)
	if w.Code != 200 {
		t.Fatalf("got %d, want 200: %s", w.Code, w.Body)
	}
	mustertest.Golden(t, "parts.html", w.Body.Bytes())
}
