package live

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"muster/internal/access"
)

// presence lasts a little longer than the time between two signs of life of a page.
const presence = 45 * time.Second

// here is one person who looks at something.
type here struct {
	Workspace string    `json:"w"`
	Topic     string    `json:"t"`
	User      string    `json:"u"`
	Name      string    `json:"n"`
	Doing     string    `json:"d"` // reading, writing, gone
	At        time.Time `json:"at"`
}

func (p here) key() string { return p.Workspace + "\x00" + p.Topic }

// Other is somebody else who looks at the same thing.
type Other struct {
	Name  string `json:"name"`
	Doing string `json:"doing"`
}

// Here says what the actor does about a topic, and returns who else is there.
// The caller has made sure that the actor may see it.
func (h *Hub) Here(ctx context.Context, actor access.Actor, topic, doing string) []Other {
	if doing != "writing" && doing != "gone" {
		doing = "reading"
	}
	p := here{Workspace: actor.Workspace, Topic: topic, User: actor.ID, Name: actor.Name, Doing: doing, At: time.Now()}
	h.note(p)
	h.send(ctx, signal{Node: h.node, Here: &p})
	return h.others(p)
}

// note keeps what a person does, and tells the others if it is news.
func (h *Hub) note(p here) {
	p.At = time.Now() // never another node's clock
	h.mu.Lock()
	defer h.mu.Unlock()
	there := h.here[p.key()]
	if there == nil {
		there = map[string]here{}
		h.here[p.key()] = there
	}
	before, known := there[p.User]
	news := !known || before.Doing != p.Doing || time.Since(before.At) > presence
	if p.Doing == "gone" {
		delete(there, p.User)
		news = known
	} else {
		there[p.User] = p
	}
	h.forget()
	if news {
		for r := range h.readers {
			if r.actor.Workspace == p.Workspace && r.actor.ID != p.User {
				r.announce(p)
			}
		}
	}
}

// announce tells a reader that has the topic open that somebody came, went or began to write.
func (r *Reader) announce(p here) {
	if slices.Contains(r.topics, p.Topic) {
		r.push(Message{Topic: "presence:" + p.Topic, By: p.User})
	}
}

// forget drops those who gave no sign of life.
func (h *Hub) forget() {
	for topic, there := range h.here {
		for user, p := range there {
			if time.Since(p.At) > presence {
				delete(there, user)
			}
		}
		if len(there) == 0 {
			delete(h.here, topic)
		}
	}
}

func (h *Hub) others(p here) []Other {
	h.mu.Lock()
	defer h.mu.Unlock()
	others := []Other{}
	for user, o := range h.here[p.key()] {
		if user != p.User && time.Since(o.At) <= presence {
			others = append(others, Other{o.Name, o.Doing})
		}
	}
	slices.SortFunc(others, func(a, b Other) int {
		return cmp.Or(strings.Compare(b.Doing, a.Doing), strings.Compare(a.Name, b.Name))
	})
	return others
}
