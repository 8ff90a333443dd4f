package desk

import (
	"net/http/httptest"
	"testing"
)

// The way back through a list is the way that one came, page by page, with what was searched for.
func TestPagerLeadsBackAsItLedOn(t *testing.T) {
	came := []string{"/queues/done?q=word"}
	for _, next := range []string{"A", "B", "C"} {
		came = append(came, pagerOf(httptest.NewRequest("GET", came[len(came)-1], nil), next).Next)
	}
	at := came[3]
	for page := 2; page >= 0; page-- {
		at = pagerOf(httptest.NewRequest("GET", at, nil), "").Prev
		if want := canonical(came[page]); canonical(at) != want {
			t.Errorf("back on page %d leads to %s, want %s", page+2, at, want)
		}
	}
	if p := pagerOf(httptest.NewRequest("GET", at, nil), ""); p.Prev != "" || p.Next != "" {
		t.Errorf("the only page leads to %+v", p)
	}
	at = came[0]
	for range 3 * maxBack {
		at = pagerOf(httptest.NewRequest("GET", at, nil), "Z").Next
	}
	if n := len(httptest.NewRequest("GET", at, nil).URL.Query()["by"]); n != maxBack {
		t.Errorf("a page far on knows %d before it, want %d", n, maxBack)
	}
}

func canonical(address string) string {
	u := httptest.NewRequest("GET", address, nil).URL
	return u.Path + "?" + u.Query().Encode()
}
