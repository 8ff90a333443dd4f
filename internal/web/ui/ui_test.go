package ui

import (
	"testing"

	"github.com/jba/templatecheck"
)

// parts are one of each kind, as Check cannot see what {{show .}} will draw.
func parts() []Part {
	return []Part{
		Avatar{}, Badge{}, Tag{}, Tier{}, Prio(1), State{}, Clock{}, Facts{}, Button{}, Group{}, Tabs{}, Menu{}, Find{}, Filter{}, Form{}, Field{},
		List{}, ListHead{}, Row{}, Table{}, Pager{}, Bones{}, Message{}, Events{}, Files{}, Chain{}, Panel{}, Section{}, Person{}, Explain{}, Tags{},
		Banner{}, Toast{}, Empty{}, Dialog{}, Progress{}, Steps{}, Composer{}, Editor{}, Only{},
	}
}

func TestCheckParts(t *testing.T) {
	for _, p := range parts() {
		if err := templatecheck.CheckHTMLStrict(kit().Lookup(p.part()), p); err != nil {
			t.Errorf("%T: %v", p, err)
		}
		if _, err := draw(Frame{}, p); err != nil {
			t.Errorf("the zero %T is not drawn: %v", p, err)
		}
	}
}

func TestCheckPages(t *testing.T) {
	if err := galleryPage().Check(); err != nil {
		t.Error(err)
	}
	if err := faultPage().Check(); err != nil {
		t.Error(err)
	}
}
