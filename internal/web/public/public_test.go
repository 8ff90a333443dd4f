package public

import "testing"

func TestTemplates(t *testing.T) {
	if err := ratePage.Check(); err != nil {
		t.Error(err)
	}
}
