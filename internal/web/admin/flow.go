package admin

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/text"
	"muster/internal/ticket"
)

// fingerprint tells one workflow from another, so that a form knows which one it was made of.
func fingerprint(flow ticket.Workflow) string {
	b, err := json.Marshal(flow)
	if err != nil {
		return "" // texts and lists of them can always be written
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:8])
}

// changeFlow gives the kind that the path names the workflow that f makes of the one there is.
func (s *Screens) changeFlow(r *http.Request, f func(ticket.Kind, ticket.Workflow) (ticket.Workflow, error)) error {
	return s.DB.Update(r.Context(), func(tx *db.Tx) error {
		k, flow, err := s.flowOf(tx, r)
		if err != nil {
			return err
		}
		if seen := r.PostForm.Get("seen"); seen != "" && seen != fingerprint(flow) {
			return fault.New(fault.Conflict, "Somebody changed this workflow meanwhile. Look at it again, then repeat your change.")
		}
		changed, err := f(k, flow)
		if err != nil {
			return err
		}
		return s.Desk.SetWorkflow(tx, k.Name, changed)
	})
}

const longestState = 60 // characters of a state's name

// placed returns the workflow with a state as the form has it: empty is a new one.
func placed(flow ticket.Workflow, id string, f url.Values) (ticket.Workflow, error) {
	st := ticket.State{ID: id, Name: strings.Join(strings.Fields(text.Valid(f.Get("name"))), " "), Category: ticket.Category(f.Get("category"))}
	if st.Category == ticket.Waiting {
		st.Waits = ticket.Waits(f.Get("waits"))
	}
	if st.Name == "" || len([]rune(st.Name)) > longestState {
		return flow, fault.Field("name", "Give the state a name of at most %d characters.", longestState)
	}
	for _, o := range flow.States {
		if o.ID != id && text.Fold(o.Name) == text.Fold(st.Name) {
			return flow, fault.Field("name", "There is a state called %s already.", o.Name)
		}
	}
	if !slices.Contains(ticket.Categories(), st.Category) {
		return flow, fault.Field("category", "There is no category %.100q.", st.Category)
	}
	if _, known := flow.State(id); id != "" && !known {
		return flow, fault.New(fault.NotFound, "There is no state %.100q any more.", id)
	}
	if id == "" {
		st.ID = freeID(flow, st.Name)
	}
	return moved(flow, st, f)
}

// freeID makes an id of a name that no state has yet.
func freeID(flow ticket.Workflow, name string) string {
	id := strings.Trim(regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(text.Fold(name), "-"), "-")
	if id == "" {
		id = "state"
	}
	for _, taken := flow.State(id); taken; _, taken = flow.State(id) {
		id += "-2"
	}
	return id
}

// moved puts the state in its place, and has it reached from and lead to where the form says.
func moved(flow ticket.Workflow, st ticket.State, f url.Values) (ticket.Workflow, error) {
	states := slices.DeleteFunc(slices.Clone(flow.States), func(o ticket.State) bool { return o.ID == st.ID })
	at := 0
	if after := f.Get("after"); after != "" {
		at = slices.IndexFunc(states, func(o ticket.State) bool { return o.ID == after }) + 1
		if at == 0 {
			return flow, fault.Field("after", "There is no state %.100q to stand after.", after)
		}
	}
	for field, ids := range map[string][]string{"to": f["to"], "from": f["from"]} {
		for _, id := range ids {
			if !slices.ContainsFunc(states, func(o ticket.State) bool { return o.ID == id }) {
				return flow, fault.Field(field, "There is no other state %.100q.", id)
			}
		}
	}
	moves := maps.Clone(flow.Moves)
	moves[st.ID] = merged(flow.Moves[st.ID], f["to"])
	for _, o := range states {
		to := slices.DeleteFunc(slices.Clone(moves[o.ID]), func(id string) bool { return id == st.ID && !slices.Contains(f["from"], o.ID) })
		if slices.Contains(f["from"], o.ID) && !slices.Contains(to, st.ID) {
			to = append(to, st.ID)
		}
		moves[o.ID] = to
	}
	return ticket.Workflow{States: slices.Insert(states, at, st), Moves: moves}, nil
}

// merged keeps the order of those that stay, since the first of a category is what “resolve” means.
func merged(was, now []string) []string {
	all := slices.DeleteFunc(slices.Clone(was), func(id string) bool { return !slices.Contains(now, id) })
	for _, id := range now {
		if !slices.Contains(all, id) {
			all = append(all, id)
		}
	}
	return all
}

// removed returns the workflow without a state.
func removed(flow ticket.Workflow, id string) (ticket.Workflow, error) {
	if _, ok := flow.State(id); !ok {
		return flow, fault.New(fault.NotFound, "There is no state %.100q any more.", id)
	}
	if len(flow.States) == 1 {
		return flow, fault.New(fault.Conflict, "This is the only state. Add another one first.")
	}
	moves := map[string][]string{}
	for from, to := range flow.Moves {
		if from != id {
			moves[from] = slices.DeleteFunc(slices.Clone(to), func(t string) bool { return t == id })
		}
	}
	return ticket.Workflow{States: slices.DeleteFunc(slices.Clone(flow.States), func(s ticket.State) bool { return s.ID == id }), Moves: moves}, nil
}
